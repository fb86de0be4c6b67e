"""What baskets have priced and signed, as orders read it: tolerant of all that is not needed here."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field

from functions.orders.model.names import (
    LINES,
    BasketId,
    BuyerId,
    CampaignId,
    CategoryId,
    CurrencyCode,
    Kind,
    LineId,
    OfferId,
    Part,
    ProductId,
    PromotionId,
    ProposalId,
    Quantity,
    QuoteId,
    StoreId,
    VariantId,
)
from kernel.errors import Conflict, Invalid


class _Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class ShipTo(_Seen):
    """As much of an address as prices depend on."""

    country: str
    region: str = ""
    postcode: Annotated[str, Field(validation_alias=AliasChoices("postcode", "postal_code"))] = ""


class QuotedLine(_Seen):
    """`goods` is what the seller asks after what the seller gives off; Metco gives `subsidy` off; tax comes on top."""

    line_id: LineId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    offer_version: int
    variant_id: VariantId
    title: str = ""
    options: dict[str, str] = Field(default_factory=dict)
    image_id: str | None = None
    kind: Kind = "goods"
    quantity: Quantity
    unit_price: Part
    list_price: Part | None = None
    category_path: list[CategoryId] = Field(default_factory=list)  # from the root to the product's own
    campaigns: list[CampaignId] = Field(default_factory=list)
    proposal_id: ProposalId | None = None
    goods: Part
    subsidy: Part
    tax: Part
    total: Part


class QuotedShipping(_Seen):
    store_id: StoreId
    method_id: str = ""
    name: str = ""
    goods: Part
    subsidy: Part
    tax: Part
    total: Part


class QuotedUse(_Seen):
    """What of a promotion is used up: once, or so many pieces."""

    promotion_id: PromotionId
    code: str | None = None
    uses: Annotated[int, Field(ge=1)] = 1
    amount: Part
    borne_by: Literal["store", "platform"]


class QuotedTotals(_Seen):
    goods: Part
    discounts: Part
    shipping: Part
    tax: Part
    total: Part


class Quote(_Seen):
    quote_id: QuoteId
    buyer_id: BuyerId
    basket_id: BasketId
    basket_version: int
    currency: CurrencyCode
    issued_at: AwareDatetime
    expires_at: AwareDatetime
    ship_to: ShipTo | None = None
    lines: Annotated[list[QuotedLine], Field(min_length=1, max_length=LINES)]
    shipping: list[QuotedShipping] = Field(default_factory=list)
    uses: list[QuotedUse] = Field(default_factory=list)
    totals: QuotedTotals
    explain: list[Any] = Field(default_factory=list)

    def over_at(self, now: datetime) -> bool:
        return now >= self.expires_at


class QuoteInvalid(Invalid):
    """This is no quote of this Metco for you. Ask your basket for one."""


class QuoteExpired(Conflict):
    """This quote is no longer valid. Ask your basket for a new one and look at it once more."""
