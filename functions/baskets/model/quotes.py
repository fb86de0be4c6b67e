"""The quote: all that a buyer would pay and why, as it is signed. Orders believe it because of the signature.

Nothing in here is personal but the postal code, without which shipping and tax would be guesses.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.baskets.model.promotions import Bearer, PromotionId
from functions.baskets.model.shipping import MethodId, ShippingWay, ShipTo
from kernel import ids
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request
from kernel.money import Money

MOST_LINES = 40
VALID_FOR = timedelta(minutes=15)
PURPOSE = "quote"  # of the key that quotes are signed by; orders derive the same one

QuoteId = Annotated[str, StringConstraints(pattern=ids.pattern("qte"))]
_BasketId = Annotated[str, StringConstraints(pattern=ids.pattern("bsk"))]
_StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
_ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
_OfferId = Annotated[str, StringConstraints(pattern=ids.pattern("ofr"))]
_VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
_CategoryId = Annotated[str, StringConstraints(pattern=ids.pattern("cat"))]
_CampaignId = Annotated[str, StringConstraints(pattern=ids.pattern("cmp"))]
_ProposalId = Annotated[str, StringConstraints(pattern=ids.pattern("prp"))]
_ImageId = Annotated[str, StringConstraints(pattern=ids.pattern("img"))]
_LineId = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,64}$"), Field(examples=["lin_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
_BuyerId = Annotated[
    str, StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"), Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
Token = Annotated[
    str,
    Field(
        examples=["eyJxdW90ZV9pZCI6InF0ZV8uLi4ifQ.Jm1vc3RseS1oYXJtbGVzcw"],
        description="The quote, signed. Send it as it is to the checkout.",
    ),
]


class QuotedLine(Answer):
    """`goods` is what the seller asks after what the seller gives off, before tax; Metco gives `subsidy` off both.

    So `total`, what the buyer pays, is goods + tax - subsidy, whether the price on the page was with tax or without.
    """

    line_id: _LineId
    store_id: _StoreId
    product_id: _ProductId
    offer_id: _OfferId
    offer_version: Annotated[int, Field(examples=[3])]
    variant_id: _VariantId
    title: Annotated[str, Field(examples=["Leica M3"])]
    options: Annotated[dict[str, str], Field(examples=[{"colour": "Black"}])] = Field(default_factory=dict)
    image_id: _ImageId | None = None
    kind: Annotated[str, Field(examples=["goods"], description="What of it is sent as a parcel is `goods`.")] = "goods"
    quantity: Annotated[int, Field(ge=1, examples=[2])]
    unit_price: Annotated[Money, Field(description="Of a piece, before promotions.")]
    list_price: Annotated[Money, Field(description="What a piece costs whoever has agreed on nothing.")]
    category_path: Annotated[list[_CategoryId], Field(description="From the root to the product's own category.")] = (
        Field(default_factory=list)
    )
    campaigns: list[_CampaignId] = Field(default_factory=list)
    proposal_id: _ProposalId | None = None
    goods: Money
    subsidy: Money
    tax: Money
    total: Money


class QuotedShipping(Answer):
    """How a store sends all that is bought of it, and for how much: reckoned like a line."""

    store_id: _StoreId
    method_id: MethodId
    name: Annotated[str, Field(examples=["Parcel"])]
    goods: Money
    subsidy: Money
    tax: Money
    total: Money


class QuotedUse(Answer):
    """What an order uses up of a promotion: once, or so many pieces. `amount` is over all lines."""

    promotion_id: PromotionId
    code: Annotated[str | None, Field(examples=["SUMMER10"])] = None
    uses: Annotated[int, Field(ge=1, examples=[1])]
    amount: Money
    borne_by: Bearer


class QuoteTotals(Answer):
    """`total` = goods + shipping - discounts + tax - tax_included.

    `goods` and `shipping` are before promotions, as their prices stand on the page; `discounts` is what promotions
    take off both; `tax` is all of it, and `tax_included` the part that those prices had in them.
    """

    goods: Money
    shipping: Money
    discounts: Money
    tax: Money
    tax_included: Money
    total: Money


class AmountExplained(Answer):
    """One amount and where it comes from. What is `about` a line, a store's shipping or all adds up to its total.

    Tax that a price had in it is told too, but not added once more: it is `included`, and its `amount` is zero.
    """

    about: Annotated[str, Field(examples=["total"], description="A line, a store (its shipping), or `total`.")]
    what: Literal["price", "shipping", "promotion", "tax", "total"]
    amount: Annotated[Money, Field(description="Below zero: taken off.")]
    included: Annotated[Money | None, Field(examples=[None], description="Tax that is in the price already.")] = None
    why: Annotated[str, Field(examples=["Summer sale"])]
    steps: Annotated[list[str], Field(examples=[["10 % of 20.00 EUR is 2.00 EUR"]])] = Field(default_factory=list)


class Quote(Answer):
    """One currency, forty lines, a quarter of an hour at most. Of commission it knows nothing: that is the ledger's."""

    quote_id: QuoteId
    buyer_id: _BuyerId
    basket_id: _BasketId
    basket_version: Annotated[int, Field(ge=0, examples=[3])]
    currency: Annotated[str, Field(examples=["EUR"])]
    issued_at: datetime
    expires_at: datetime
    ship_to: ShipTo | None = None
    lines: Annotated[list[QuotedLine], Field(min_length=1, max_length=MOST_LINES)]
    shipping: list[QuotedShipping] = Field(default_factory=list)
    uses: list[QuotedUse] = Field(default_factory=list)
    totals: QuoteTotals
    explain: list[AmountExplained] = Field(default_factory=list)


# What people send, and what they get


class QuoteAsked(Request):
    """Where to, and by which of a store's ways: the cheapest, where none is chosen. Files need no address."""

    basket_version: Annotated[
        int | None,
        Field(
            ge=0, examples=[None], description="The one that the buyer has seen. Of another one there is no quote then."
        ),
    ] = None
    ship_to: ShipTo | None = None
    methods: Annotated[
        dict[_StoreId, MethodId],
        Field(
            max_length=MOST_LINES,
            examples=[{"sto_01k6m2q8vx4c7e9r1t3y5w7zab": "shm_01k6m2q8vx4c7e9r1t3y5w7zab"}],
            description="By store.",
        ),
    ] = Field(default_factory=dict)


class ShippingWays(Answer):
    """The ways in which a store can send it there, the cheapest first."""

    store_id: _StoreId
    ways: list[ShippingWay]


class NotReduced(Answer):
    """A promotion that was thought of and takes nothing off. `reason` is for programs, `why` for people."""

    promotion_id: PromotionId
    title: Annotated[str, Field(examples=["Summer sale"])]
    code: Annotated[str | None, Field(examples=["SUMMER10"])] = None
    reason: Annotated[str, Field(examples=["below_minimum"])]
    why: Annotated[str, Field(examples=["Too little is in the basket of what it is for."])]


class QuoteGiven(Answer):
    """`quote` is for the checkout; `details` are the same, to be read; the rest is what could have been otherwise."""

    quote: Token
    details: Quote
    shipping_ways: list[ShippingWays] = Field(default_factory=list)
    not_reduced: list[NotReduced] = Field(default_factory=list)


class BasketOtherThanSeen(Conflict):
    """The basket is not as you have seen it any more. Read it again."""


class NothingToBuy(Conflict):
    """There is nothing in the basket that is to be bought now."""


class NotToBeBought(Conflict):
    """Something in the basket cannot be bought as it is. Look at the basket: each line says what is in the way."""


class ShipToMissing(Invalid):
    """Something in the basket is sent by parcel: say which country to."""


class CannotBeSent(Conflict):
    """A store does not send this there. Leave it out, or choose another address."""


class PriceNotChargeable(Conflict):
    """A price is no round amount, and no card can be charged it. Ask the store."""


class NoSuchMethod(Invalid):
    """A store does not offer this way of sending for this basket. Choose one of those it offers."""
