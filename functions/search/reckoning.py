"""Every minute: what is trending now, and what goes with the products that were bought since the last time."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from functions.search.store.purchases import ReckonedElsewhere, purchases
from functions.search.store.trends import FoldedElsewhere, trends
from kernel import clock, log

LONG = timedelta(seconds=15)  # of the function's thirty; the next run goes on


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, now = log.Meter(), clock.now()
    with log.correlated():
        with suppress(FoldedElsewhere):  # by a run beside this one
            trends().reckon(now)
        reckoned = reckon(now + LONG)
        if reckoned:
            log.count("companions_reckoned_total", reckoned)
        log.info("reckoned", products=reckoned, **meter.read())


def reckon(until: datetime) -> int:
    """In rounds: what is met for the first time is counted in one, and reckoned with in the next."""
    done = 0
    while True:
        counted = reckoned = 0
        for product_id, mark in purchases().to_reckon():
            if clock.now() > until:
                return done
            try:
                finished = purchases().reckon(product_id, mark, clock.now())
            except ReckonedElsewhere:
                continue
            reckoned += finished
            counted += not finished
        done += reckoned
        if not counted:
            return done
