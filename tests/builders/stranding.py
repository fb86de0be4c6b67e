"""Orders that are stranded on purpose, the sweeper's minutes, and a bus that brings what was told, or loses it."""

import json
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import functions.baskets.consumers
import functions.catalog.consumers
import functions.inventory.consumers
import functions.inventory.sweep
import functions.ledger.consumers
import functions.ledger.sweep
import functions.orders.consumers
from functions.orders.stranded import round as sweeper
from tests.builders import orders as b
from tests.builders.cloud import World
from tests.builders.http import Context

HEARS = (
    functions.orders.consumers,
    functions.inventory.consumers,
    functions.ledger.consumers,
    functions.baskets.consumers,
    functions.catalog.consumers,
)
FOUND_BY = ("ReservationOverdue", "HoldOverdue", "OrderFinal", "SweepDone", "ParkedOrderDecided")


class Bus:
    """Brings each event once, to whoever subscribes to it; what is lost never comes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._brought: set[str] = set()

    def bring(self, kinds: Collection[str] = FOUND_BY) -> int:
        """Until nobody tells anything more. How many there were."""
        count = 0
        while new := [one for one in self._world.envelopes() if self._is_new(one, kinds)]:
            for envelope in new:
                self._brought.add(envelope["metadata"]["id"])
                self._deliver(envelope)
                count += 1
        return count

    def _is_new(self, envelope: dict[str, Any], kinds: Collection[str]) -> bool:
        return envelope["metadata"]["type"] in kinds and envelope["metadata"]["id"] not in self._brought

    def _deliver(self, envelope: dict[str, Any]) -> None:
        kind = "{type}.v{version}".format(**envelope["metadata"])
        for domain in HEARS:
            for source, wanted in domain.consumer.subscriptions:
                if wanted == kind:
                    body = {"source": source, "detail-type": kind, "detail": envelope}
                    answer = domain.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
                    assert answer == {"batchItemFailures": []}, kind


def minute(bus: Bus, later: Any, after: timedelta = timedelta(minutes=11)) -> list[tuple[str, str]]:
    """Time goes by, each owner looks at what it holds, the sweeper looks at everything. What it found, and did."""
    later(after)
    functions.inventory.sweep.handler({}, Context())
    functions.ledger.sweep.handler({}, Context())
    bus.bring()
    sweeper.sweep()
    bus.bring()
    return latest()


def latest() -> list[tuple[str, str]]:
    return [(one["what"], one["outcome"]) for one in report()["found"]]


def report() -> dict[str, Any]:
    answer = b.finance()("GET", "/v1/sweeps", query={"limit": "1"})
    assert answer.status == 200, answer.text
    return dict(answer.json["items"][0])
