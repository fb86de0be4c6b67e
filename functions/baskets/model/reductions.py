"""What the promotion engine is told of a basket and what it answers: plain values, reckoned with on every read."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from functions.baskets.model.promotions import Bearer
from kernel.money import Money


@dataclass(frozen=True, slots=True)
class LineToReduce:
    """A line before promotions. `agreed`: its price was bargained for; its seller gives no more off it."""

    line_id: str
    store_id: str
    product_id: str
    category_path: Sequence[str]  # from the root to the product's own category
    quantity: int
    unit_price: Money
    agreed: bool = False

    @property
    def price(self) -> Money:
        return self.unit_price * self.quantity


@dataclass(frozen=True, slots=True)
class ShippingToReduce:
    """What one store asks for shipping. Leave it out as long as it is not known."""

    line_id: str
    store_id: str
    price: Money


@dataclass(frozen=True, slots=True)
class Buyer:
    """`user_id`: None for a guest. `left`: how many uses each limited promotion has left for this buyer: the smaller of
    what is left of all and of this person's. One that is not named has no limit, or none that is known here."""

    user_id: str | None = None
    first_order: bool = False
    codes: Collection[str] = ()  # in capitals
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reduction:
    """What one promotion takes off one line, and why: `steps` are its reckoning in words."""

    promotion_id: str
    title: str
    code: str | None
    borne_by: Bearer
    amount: Money
    steps: Sequence[str]


@dataclass(frozen=True, slots=True)
class ReducedLine:
    """`by_store` and `by_platform` together never exceed the line's price, and both can be charged to a card."""

    line_id: str
    by_store: Money
    by_platform: Money
    campaigns: Sequence[str]
    reductions: Sequence[Reduction]


@dataclass(frozen=True, slots=True)
class Use:
    """What an order uses up of one promotion: once, or so many pieces. `amount` is over all lines."""

    promotion_id: str
    code: str | None
    uses: int
    amount: Money
    borne_by: Bearer


@dataclass(frozen=True, slots=True)
class Considered:
    """Why a promotion reduces something or nothing. `reason` is a word for programs, `why` a sentence for people."""

    promotion_id: str
    title: str
    code: str | None
    taken: bool
    reason: str
    why: str


@dataclass(frozen=True, slots=True)
class Reductions:
    """`lines` and `shipping` in the order in which they were asked. `valid_until`: when a used promotion ends first."""

    lines: Sequence[ReducedLine]
    shipping: Sequence[ReducedLine]
    uses: Sequence[Use]
    considered: Sequence[Considered]
    valid_until: datetime | None
