"""Gives back, every minute, credits that were set aside for orders which nobody paid in time."""

from datetime import timedelta
from typing import Any

from functions.ledger.store.holds import holds
from kernel import clock, log

ROUNDS = 40  # of as many as are read at once: what is left then, the next minute takes
LONG = timedelta(seconds=20)  # of the function's thirty


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, started = log.Meter(), clock.now()
    with log.correlated():
        expired = 0
        for _ in range(ROUNDS):
            gone = sum(expire(hold_id) for hold_id in list(holds().overdue(clock.now())))
            expired += gone
            if not gone or clock.now() - started > LONG:
                break  # what the index still shows is gone by the next minute
        log.info("swept", expired=expired, **meter.read())


def expire(hold_id: str) -> bool:
    gone = holds().expire(hold_id)
    if gone:
        log.count("holds_expired_total")
    return gone
