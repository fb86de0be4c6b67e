"""What people get when they read a basket: what it costs at this moment, why, and what is different by now."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.baskets.model.names import (
    BasketId,
    CurrencyCode,
    LineId,
    LineState,
    OfferId,
    ProductId,
    ProposalId,
    Quantity,
    StoreId,
    VariantId,
    Version,
)
from functions.baskets.model.promotions import Bearer, Code, PromotionId
from kernel import ids
from kernel.http import Answer
from kernel.money import Money

Sentence = Annotated[str, Field(examples=["Only 2 are left."])]


class LineReduction(Answer):
    """One reduction: which promotion, how much, who bears it, and the reckoning in words."""

    promotion_id: PromotionId
    title: Annotated[str, Field(examples=["Summer sale"])]
    code: Code | None = None
    borne_by: Bearer
    amount: Money
    steps: Annotated[list[str], Field(examples=[["10% of 129.00 EUR"]])]


class LineView(Answer):
    """`unit_price` is before promotions; `total` is what the line comes to. What cannot be bought has none."""

    line_id: LineId
    store_id: StoreId
    store_name: Annotated[str, Field(examples=["Analog Cameras"])] = ""
    store_slug: Annotated[str, Field(examples=["analog-cameras"])] = ""
    product_id: ProductId
    offer_id: OfferId
    offer_version: Version = 0
    variant_id: VariantId
    title: Annotated[str, Field(examples=["Leica M3"])] = ""
    options: Annotated[dict[str, str], Field(examples=[{"colour": "Black"}])] = Field(default_factory=dict)
    image_id: Annotated[str | None, Field(pattern=ids.pattern("img"))] = None
    kind: Annotated[str, Field(examples=["goods"])] = "goods"
    quantity: Quantity
    state: LineState
    why: Sentence = ""
    available: Annotated[int | None, Field(examples=[2], description="Where fewer are left than are wanted.")] = None
    unit_price: Money | None = None
    list_price: Money | None = None
    proposal_id: Annotated[ProposalId | None, Field(description="The price was agreed with the seller.")] = None
    reductions: list[LineReduction] = Field(default_factory=list)
    total: Money | None = None


ChangeKind = Literal["price_rose", "price_fell", "unavailable", "available_again", "merged", "set_aside", "lapsed"]


class ChangeView(Answer):
    """Something is different than the buyer was last shown. Told with every read until it is said that it was shown."""

    line_id: LineId
    kind: ChangeKind
    detail: Sentence
    before: Money | None = None
    now: Money | None = None


class CodeView(Answer):
    """Whether a code reduces something, and if not, why not."""

    code: Code
    works: bool
    reason: Annotated[str, Field(examples=["below_minimum"])]
    detail: Annotated[str, Field(examples=["For 5.00 EUR more of what it is for, it reduces it."])]


class BasketTotals(Answer):
    """Of what can be bought as it stands; shipping and tax are known when it is known where to."""

    goods: Money
    discounts: Money
    total: Money


class BasketView(Answer):
    basket_id: BasketId
    currency: CurrencyCode
    lines: list[LineView]
    saved: list[LineView]
    codes: list[CodeView]
    totals: BasketTotals
    changes: list[ChangeView]
    lives_until: datetime
    version: Version
