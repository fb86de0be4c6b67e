"""Does, every minute, what waits for a moment: tells that promotions begin and end."""

from contextlib import suppress
from typing import Any

from functions.baskets.store.promotions import promotions
from kernel import clock, log
from kernel.errors import Conflict, Unavailable


def handler(_event: dict[str, Any], context: Any) -> None:
    meter = log.Meter()
    with log.correlated():
        log.info("swept", promotions=tell_promotions(), **meter.read())


def tell_promotions() -> int:
    """Prices need none of this: what a promotion says of time holds by itself."""
    told = 0
    for promotion_id, due in list(promotions().due(clock.now())):
        with suppress(Conflict, Unavailable):  # somebody is just changing it: it stays due
            told += promotions().settle(promotion_id, due)
    return told
