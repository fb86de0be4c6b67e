"""What orders would say of an order that a world's people have never placed: nothing has become of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from kernel import clock, ids
from tests.chaos.memory_services import Published


def asked_about(rows: Mapping[Any, Mapping[str, Any]]) -> Iterator[str]:
    """The orders for which somebody still holds something beyond its time."""
    for row in list(rows.values()):
        still = row.get("state", {}).get("S") in ("reserved", "pending")
        if still and "S" in row.get("ask_at", {}):
            yield row["order_id"]["S"]


def final(order_id: str, how: str = "unknown") -> Published:
    metadata = {
        "id": ids.new_id("evt"),
        "type": "OrderFinal",
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": order_id,
        "sequence": 1,
        "correlation_id": ids.new_id("cor"),
    }
    return Published(
        "metco.orders", "OrderFinal.v1", {"metadata": metadata, "data": {"order_id": order_id, "how": how}}
    )
