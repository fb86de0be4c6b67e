"""Prices at a moment: what holds, what held."""

from datetime import datetime, timedelta

from functions.catalog.model.names import Prices
from functions.catalog.model.offers import Low, TilePrice, Variant

WINDOW = timedelta(days=30)


def prices_at(variant: Variant | TilePrice, now: datetime) -> Prices:
    """Right at every moment, without anybody having changed anything. Of schedules that overlap the last one holds."""
    prices = dict(variant.prices)
    for one in variant.scheduled:
        if one.starts_at <= now < one.ends_at:
            prices |= one.prices
    return prices


def lowest(variant: Variant, now: datetime) -> Prices:
    """The lowest of the last thirty days, the present price included: what a reduction has to be told with."""
    lowest = dict(variant.prices)
    for low in variant.lows:
        if low.day >= (now - WINDOW).date():
            _lower(lowest, low.prices)
    for one in variant.scheduled:
        if one.starts_at <= now and one.ends_at > now - WINDOW:
            _lower(lowest, one.prices)
    return lowest


def remembering(before: Variant, after: Variant, now: datetime) -> Variant:
    """With what it cost until now, under the day on which that ended, for as long as it matters."""
    lows = {low.day: dict(low.prices) for low in before.lows if low.day >= (now - WINDOW).date()}
    if after.prices != before.prices:
        _lower(lows.setdefault(now.date(), {}), before.prices)
    for gone in before.scheduled:
        if gone not in after.scheduled and gone.starts_at < now and gone.ends_at > now - WINDOW:
            _lower(lows.setdefault(min(gone.ends_at, now).date(), {}), gone.prices)
    kept = [Low(day=day, prices=lows[day]) for day in sorted(lows)]
    return after.model_copy(update={"lows": kept})


def without_history(variant: Variant, now: datetime) -> Variant:
    """Without scheduled prices that no longer matter to anybody."""
    return variant.model_copy(update={"scheduled": [one for one in variant.scheduled if one.ends_at > now - WINDOW]})


def boundary(variant: Variant, now: datetime) -> datetime | None:
    """The next moment at which it costs something else than now, if any is known."""
    moments = [moment for one in variant.scheduled for moment in (one.starts_at, one.ends_at) if moment > now]
    return min(moments, default=None)


def _lower(lows: Prices, prices: Prices) -> None:
    for currency, minor in prices.items():
        lows[currency] = min(minor, lows.get(currency, minor))
