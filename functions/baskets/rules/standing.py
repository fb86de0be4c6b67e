"""How a line stands at this moment: whether it can be bought as it is, for how much a piece, and if not, why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from functions.baskets.model.baskets import BasketLine
from functions.baskets.model.facts import AgreedPrice, Facts, KnownOffer, KnownStock
from functions.baskets.model.names import LineState
from functions.baskets.model.told import ListedVariant
from kernel.money import Money

GONE = "It is no longer for sale."


@dataclass(frozen=True, slots=True)
class Standing:
    """`list_price` is the store's own at this moment; `unit_price` what a piece costs this buyer before promotions."""

    state: LineState
    why: str = ""
    unit_price: Money | None = None
    list_price: Money | None = None
    agreed: AgreedPrice | None = None
    available: int | None = None  # where fewer are left than are wanted


def standing(
    line: BasketLine, facts: Facts, agreed: Mapping[str, AgreedPrice], currency: str, now: datetime
) -> Standing:
    known = facts.offers.get(line.offer_id)
    variant = known.listing.variant(line.variant_id) if known else None
    if not known or not variant or not known.listed:
        return Standing("withdrawn", GONE)
    store = facts.stores.get(line.store_id)
    if store and store.standing != "open":
        return Standing("store_closed", f"{store.name} does not sell at the moment.")
    minor = prices_at(variant, now).get(currency)
    if minor is None:
        return Standing("other_currency", f"It has no price in {currency}.")
    price, listed = _agreed(line, agreed.get(line.variant_id), currency, now), Money(minor, currency)
    state, why, available = _stock(line, known, variant, facts.stock.get((line.store_id, line.variant_id)))
    return Standing(state, why, price.price if price else listed, listed, price, available)


def prices_at(variant: ListedVariant, now: datetime) -> dict[str, int]:
    """Right at every moment, without anybody having told of it. Of schedules that overlap the last one holds."""
    prices = dict(variant.prices)
    for one in variant.scheduled:
        if one.starts_at <= now < one.ends_at:
            prices |= one.prices
    return prices


def next_price_at(variant: ListedVariant, now: datetime) -> datetime | None:
    """When it may cost something else, if that is known."""
    moments = [moment for one in variant.scheduled for moment in (one.starts_at, one.ends_at) if moment > now]
    return min(moments, default=None)


def _agreed(line: BasketLine, agreed: AgreedPrice | None, currency: str, now: datetime) -> AgreedPrice | None:
    """It was agreed upon for so many pieces: more of them are bought at the store's price, or in another order."""
    if not agreed or agreed.offer_id != line.offer_id or agreed.price.currency != currency:
        return None
    return agreed if now < agreed.expires_at and line.quantity <= agreed.quantity else None


def _stock(
    line: BasketLine, known: KnownOffer, variant: ListedVariant, stock: KnownStock | None
) -> tuple[LineState, str, int | None]:
    """Until inventory tells, what the store said. Of goods without a number there are none; a file needs no number."""
    if not stock:
        said = None if known.listing.kind != "goods" else variant.quantity or 0
        return _of(line.quantity, said)
    if not stock.orderable:
        return "out_of_stock", "None is left.", 0
    return _of(line.quantity, None if not stock.tracked or stock.beyond else stock.available)


def _of(wanted: int, left: int | None) -> tuple[LineState, str, int | None]:
    if left is None or wanted <= left:
        return "ok", "", None
    if left <= 0:
        return "out_of_stock", "None is left.", 0
    return "not_enough", f"Only {left} {'is' if left == 1 else 'are'} left.", left
