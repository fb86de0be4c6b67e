"""What pricing is told of a basket and what it answers: plain values, reckoned with on every read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from functions.baskets.model.quotes import AmountExplained, QuotedLine, QuotedShipping, QuotedUse, QuoteTotals
from functions.baskets.model.reductions import Considered
from functions.baskets.model.shipping import ShippingWay, Zone
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class LineToPrice:
    """A line that can be bought as it is. `unit_price` is the agreed one where `proposal_id` says so.

    `until`: when it will cost something else, if that is known.
    """

    line_id: str
    store_id: str
    product_id: str
    offer_id: str
    offer_version: int
    variant_id: str
    title: str
    quantity: int
    unit_price: Money
    list_price: Money
    options: Mapping[str, str] = field(default_factory=dict)
    image_id: str | None = None
    kind: str = "goods"
    category_path: Sequence[str] = ()
    weight_g: int | None = None  # of a piece; None: the store has not weighed it, and it weighs nothing
    proposal_id: str | None = None
    until: datetime | None = None

    @property
    def price(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class Seller:
    """A store as prices need it. `zones`: None, as long as it has not told how it sends."""

    store_id: str
    country: str = ""
    zones: Sequence[Zone] | None = None


Reason = Literal["ship_to_missing", "cannot_be_sent", "no_such_method", "not_chargeable"]


@dataclass(frozen=True, slots=True)
class InTheWay:
    """Why there can be no quote yet. Everything else is priced nevertheless, so that a basket can be shown."""

    store_id: str
    reason: Reason
    why: str


@dataclass(frozen=True, slots=True)
class Priced:
    """`lines` in the order in which they were asked. `until`: when any of this may be otherwise, as far as is known."""

    currency: str
    lines: Sequence[QuotedLine]
    shipping: Sequence[QuotedShipping]
    options: Mapping[str, Sequence[ShippingWay]]  # by store
    uses: Sequence[QuotedUse]
    considered: Sequence[Considered]
    totals: QuoteTotals
    explain: Sequence[AmountExplained]
    in_the_way: Sequence[InTheWay]
    until: datetime | None
