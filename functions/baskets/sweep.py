"""Does, every minute, what waits for a moment: tells that promotions begin and end, and of baskets left alone."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from functions.baskets.store.baskets import baskets
from functions.baskets.store.promotions import promotions
from kernel import clock, log, settings
from kernel.errors import Conflict, Unavailable

ABANDONED_AFTER_S = 86_400


def handler(_event: dict[str, Any], context: Any) -> None:
    meter = log.Meter()
    with log.correlated():
        log.info("swept", promotions=tell_promotions(), abandoned=tell_abandoned(), **meter.read())


def tell_promotions() -> int:
    """Prices need none of this: what a promotion says of time holds by itself."""
    told = 0
    for promotion_id, due in list(promotions().due(clock.now())):
        with suppress(Conflict, Unavailable):  # somebody is just changing it: it stays due
            told += promotions().settle(promotion_id, due)
    return told


def tell_abandoned() -> int:
    """Of baskets that a person has left alone for as long as an operator says."""
    left_for = timedelta(seconds=settings.setting("abandoned_after_s", ABANDONED_AFTER_S))
    told, changed_before = 0, clock.now() - left_for
    for who, due in list(baskets().due(changed_before)):
        with suppress(Conflict, Unavailable):  # somebody is just changing it: it stays due
            told += baskets().settle(who, due, changed_before)
    log.count("baskets_abandoned_total", told)
    return told
