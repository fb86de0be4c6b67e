"""A store's part from when it is paid: sent, delivered, settled. Say what matters, the rest is filled in."""

from typing import Any
from unittest.mock import patch

from functions.orders import sweep as sweeping
from functions.orders.store.orders import orders
from tests.builders import ordering as a
from tests.builders import orders as b
from tests.builders.http import Answered, Context

LINE, OTHER_LINE = a.an_id("lin", 1), a.an_id("lin", 2)


def paid(*lines: dict[str, Any], **said: Any) -> str:
    """The id of an order that stands."""
    order_id = b.placed(*lines, **said)
    b.confirmed(order_id)
    return order_id


def by_store(method: str, path: str, body: dict[str, Any] | None = None, store_id: str = a.STORE) -> Answered:
    """`path`: from the store's order on."""
    return b.of_store(store_id)(method, f"/v1/stores/{store_id}/orders/{path}", body)


def begin(order_id: str, store_id: str = a.STORE) -> Answered:
    return by_store("POST", f"{order_id}/begin", None, store_id)


def send(order_id: str, store_id: str = a.STORE, headers: dict[str, str] | None = None, **said: Any) -> Answered:
    path = f"/v1/stores/{store_id}/orders/{order_id}/parcels"
    return b.of_store(store_id)("POST", path, said, headers=headers or {})


def sent(order_id: str, store_id: str = a.STORE, **said: Any) -> str:
    """The parcel's id."""
    answer = send(order_id, store_id, **said)
    assert answer.status == 201, answer.text
    return str(answer.json["parcel_id"])


def move(order_id: str, parcel_id: str, how: str, store_id: str = a.STORE) -> Answered:
    return by_store("POST", f"{order_id}/parcels/{parcel_id}/moves", {"move": how}, store_id)


def received(order_id: str, who: str = a.BUYER, store_id: str = a.STORE) -> Answered:
    return b.by(who)("POST", f"/v1/orders/{order_id}/seller-orders/{a.seller_order_of(order_id, store_id)}/received")


def delivered(*lines: dict[str, Any], **said: Any) -> str:
    """The id of an order of which all has arrived."""
    order_id = paid(*lines, **said)
    sent(order_id)
    assert received(order_id).status == 200
    return order_id


def part(order_id: str, store_id: str = a.STORE) -> dict[str, Any]:
    return orders().whole(order_id).part(a.seller_order_of(order_id, store_id)).model_dump(mode="json")


def sweep() -> None:
    """A minute of it, but for looking after executions, which has tests and a world of its own."""
    with patch.dict(sweeping.ROUNDS):
        sweeping.ROUNDS.pop("strandings")
        sweeping.handler({}, Context())
