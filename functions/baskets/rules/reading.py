"""A basket as it is read: its lines at this moment's prices, and what promotions take off those that can be bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.baskets.model.baskets import Basket, BasketLine
from functions.baskets.model.facts import AgreedPrice, Facts
from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, ReducedLine, Reductions, ShippingToReduce
from functions.baskets.model.told import ListedVariant, Listing
from functions.baskets.rules.promotions import reduced
from functions.baskets.rules.standing import Standing, standing
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`reduced`: of what can be bought now, and is not saved for later."""

    line: BasketLine
    standing: Standing
    listing: Listing | None = None
    variant: ListedVariant | None = None
    reduced: ReducedLine | None = None

    @property
    def price(self) -> Money | None:
        unit = self.standing.unit_price
        return unit * self.line.quantity if unit and self.reduced else None

    @property
    def total(self) -> Money | None:
        if not self.price or not self.reduced:
            return None
        return self.price - self.reduced.by_store - self.reduced.by_platform


@dataclass(frozen=True, slots=True)
class Priced:
    lines: Sequence[PricedLine]
    reductions: Reductions


def priced(
    basket: Basket,
    facts: Facts,
    agreed: Mapping[str, AgreedPrice],
    promotions: Sequence[Promotion],
    buyer: Buyer,
    now: datetime,
    shipping: Sequence[ShippingToReduce] = (),
) -> Priced:
    stands = {line.line_id: standing(line, facts, agreed, basket.currency, now) for line in basket.lines}
    buyable = [line for line in basket.to_buy if stands[line.line_id].state == "ok"]
    asked = [_to_reduce(line, stands[line.line_id], facts) for line in buyable]
    found = reduced(asked, shipping, promotions, buyer, now)
    by_line = {one.line_id: one for one in found.lines}
    lines = [_line(line, stands[line.line_id], facts, by_line.get(line.line_id)) for line in basket.lines]
    return Priced(lines, found)


def _line(line: BasketLine, found: Standing, facts: Facts, reduction: ReducedLine | None) -> PricedLine:
    known = facts.offers.get(line.offer_id)
    variant = known.listing.variant(line.variant_id) if known else None
    return PricedLine(line, found, known.listing if known else None, variant, reduction)


def _to_reduce(line: BasketLine, found: Standing, facts: Facts) -> LineToReduce:
    """Only of what can be bought, which has a price and a listing."""
    unit = found.unit_price
    assert unit is not None, line.line_id
    return LineToReduce(
        line_id=line.line_id,
        store_id=line.store_id,
        product_id=line.product_id,
        category_path=facts.offers[line.offer_id].listing.category_path,
        quantity=line.quantity,
        unit_price=unit,
        agreed=found.agreed is not None,
    )
