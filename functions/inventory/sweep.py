"""Does, every minute, what waits for a moment: asks after old reservations, tells what was left, merges shards."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from functions.inventory.store.levels import levels
from functions.inventory.store.reservations import reservations
from functions.inventory.store.shards import shards
from kernel import clock, log
from kernel.errors import Conflict, Unavailable

ROUNDS = 40  # of as many as are read at once: what is left then, the next minute takes
LONG = timedelta(seconds=20)  # of the function's thirty


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, started = log.Meter(), clock.now()
    with log.correlated():
        asked = 0
        for _ in range(ROUNDS):
            due = list(reservations().overdue(clock.now()))
            asked += sum(ask(reservation_id) for reservation_id in due)
            if not due or clock.now() - started > LONG:
                break
        for item, due_at in levels().due(clock.now()):
            with suppress(Unavailable):  # whoever moves it so fast tells of it as well
                levels().settle(item, due_at)
        for subject, due_at in shards().due(clock.now()):
            with suppress(Conflict, Unavailable):  # in use: it stays due
                shards().gather(subject, due_at, clock.now())
        log.info("swept", asked=asked, **meter.read())


def ask(reservation_id: str) -> bool:
    overdue = reservations().ask(reservation_id)
    if overdue:
        log.count("reservations_overdue_total")
    return overdue
