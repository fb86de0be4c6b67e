"""Orders: what one buyer pays at once, and of it what each store has to deliver."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.orders.model.addresses import DeliveryAddress
from functions.orders.model.fulfilment import Received, Settlement, Timers
from functions.orders.model.names import (
    LINES,
    At,
    BasketId,
    BuyerId,
    CampaignId,
    CategoryId,
    Count,
    CurrencyCode,
    ImageId,
    Kind,
    LineId,
    MethodName,
    OfferId,
    OrderId,
    OrderState,
    Part,
    PaymentId,
    ProductId,
    PromotionId,
    ProposalId,
    Quantity,
    QuoteId,
    Reason,
    SellerOrderId,
    StoreId,
    StripeId,
    Title,
    VariantId,
    Version,
)
from functions.orders.model.papers import SoldBy
from functions.orders.model.parcels import NoSuchParcel, Parcel
from functions.orders.model.refunds import MoneyBack, NoSuchRefund, Restock
from functions.orders.model.returns import NoSuchReturn, Return, TakesBack
from kernel.errors import Conflict, NotFound
from kernel.http import Answer

SHIPPING = "ship"  # the line that a store's shipping is in the books

Number = Annotated[
    int | None, Field(ge=1, examples=[1042], description="The store's own count of its paid orders, without gaps.")
]


class OrderLine(Answer):
    """What was sold, under the name and at the price of that moment."""

    line_id: LineId
    product_id: ProductId
    offer_id: OfferId
    offer_version: Annotated[int, Field(examples=[3])]
    variant_id: VariantId
    title: Title = ""
    options: Annotated[dict[str, str], Field(examples=[{"colour": "Black"}])] = Field(default_factory=dict)
    image_id: ImageId | None = None
    kind: Kind = "goods"
    quantity: Quantity
    unit_price: Part
    list_price: Part | None = None
    category_path: Annotated[list[CategoryId], Field(description="From the root to the product's own.")] = Field(
        default_factory=list
    )
    campaigns: list[CampaignId] = Field(default_factory=list)
    proposal_id: ProposalId | None = None
    goods: Annotated[Part, Field(description="The seller's price for all of it, after what the seller gives off.")]
    subsidy: Annotated[Part, Field(description="What Metco gives off.")]
    tax: Part
    total: Part
    sent: Annotated[Count, Field(description="Of the quantity. With what is cancelled, never more than all of it.")] = 0
    delivered: Annotated[Count, Field(description="Of what was sent.")] = 0
    cancelled: Annotated[Count, Field(description="Never sent, and given back.")] = 0
    returned: Annotated[Count, Field(description="Of what was delivered.")] = 0
    lost: Annotated[Count, Field(description="Went astray. They count as not sent, but are in no stock either.")] = 0
    refunded: Annotated[Part | None, Field(description="What went back of its price, tax included.")] = None
    given_off: Annotated[Part | None, Field(description="Of that, what went back for no piece.")] = None
    replaced: Annotated[list[Restock], Field(description="Pieces that were, or will be, sent in exchange.")] = Field(
        default_factory=list
    )


class Sending(Answer):
    """How a store sends its part, and for how much."""

    method_id: Annotated[str, Field(max_length=120, examples=["parcel"])] = ""
    name: Annotated[str, Field(max_length=120, examples=["Parcel"])] = ""
    goods: Part
    subsidy: Part
    tax: Part
    total: Part
    refunded: Annotated[Part | None, Field(description="What went back of it.")] = None


class Use(Answer):
    """What of a promotion the order uses up."""

    promotion_id: PromotionId
    code: Annotated[str | None, Field(examples=["SUMMER10"])] = None
    uses: Annotated[int, Field(ge=1, examples=[1])] = 1


class Totals(Answer):
    goods: Part
    discounts: Part
    shipping: Part
    tax: Part
    total: Part


class Paying(Answer):
    """How it is to be paid. What credits do not pay, the method does."""

    credits: Part
    card: Annotated[Part, Field(description="Whatever is not paid by credits, by whichever method.")]
    method: MethodName | None = None
    payment_method_id: StripeId | None = None
    pay_by: datetime
    payment_id: PaymentId | None = None
    client_secret: str = ""


class Order(Answer):
    """As it is kept. `buyer_id` bought it and is known to the books; `owner_id` may see it: a claimed one has two."""

    order_id: OrderId
    quote_id: QuoteId
    buyer_id: BuyerId
    owner_id: BuyerId
    basket_id: BasketId
    basket_version: int
    state: OrderState = "pending"
    reason: Reason | None = None
    currency: CurrencyCode
    totals: Totals
    paying: Paying
    uses: list[Use] = Field(default_factory=list)
    store_ids: Annotated[list[StoreId], Field(min_length=1, max_length=LINES)]
    pieces: int
    placed_at: datetime
    confirmed_at: At = None
    cancelled_at: At = None
    cancel_asked_at: At = None
    version: Version = 1


class SellerOrder(Answer):
    """One store's part of an order, with a life of its own from when it is paid."""

    seller_order_id: SellerOrderId
    order_id: OrderId
    store_id: StoreId
    state: OrderState = "pending"
    number: Number = None
    sold_by: SoldBy = Field(default_factory=SoldBy)
    takes_back: TakesBack | None = None  # None: sold before this was kept, or a moment ago
    lines: Annotated[list[OrderLine], Field(min_length=1, max_length=LINES)]
    shipping: Sending | None = None
    total: Part
    reason: Annotated[Reason | None, Field(examples=[None], description="Why all of it was cancelled.")] = None
    placed_at: datetime
    confirmed_at: At = None
    begun_at: At = None
    shipped_at: At = None
    delivered_at: At = None
    received: Annotated[Received | None, Field(examples=[None], description="By whose word it is delivered.")] = None
    completed_at: At = None
    timers: Timers = Field(default_factory=Timers)
    settlement: Settlement = Field(default_factory=Settlement)
    version: Version = 1


class Kept(BaseModel):
    """A whole order, as one look into the table finds it."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    order: Order
    parts: list[SellerOrder]
    parcels: list[Parcel] = Field(default_factory=list)
    refunds: list[MoneyBack] = Field(default_factory=list)
    returns: list[Return] = Field(default_factory=list)
    address: DeliveryAddress | None = None
    email: str = ""

    def refund(self, refund_id: str) -> MoneyBack:
        for refund in self.refunds:
            if refund.refund_id == refund_id:
                return refund
        raise NoSuchRefund()

    def returning(self, return_id: str) -> Return:
        for one in self.returns:
            if one.return_id == return_id:
                return one
        raise NoSuchReturn()

    def part(self, seller_order_id: str) -> SellerOrder:
        for part in self.parts:
            if part.seller_order_id == seller_order_id:
                return part
        raise NoSuchOrder()

    def parcels_of(self, seller_order_id: str) -> list[Parcel]:
        return [parcel for parcel in self.parcels if parcel.seller_order_id == seller_order_id]

    def parcel(self, parcel_id: str) -> Parcel:
        for parcel in self.parcels:
            if parcel.parcel_id == parcel_id:
                return parcel
        raise NoSuchParcel()

    def parcel_of(self, seller_order_id: str, parcel_id: str) -> Parcel:
        parcel = self.parcel(parcel_id)
        if parcel.seller_order_id != seller_order_id:
            raise NoSuchParcel()
        return parcel


# What can be refused


class NoSuchOrder(NotFound):
    code = NotFound.code
    title = NotFound.title


class OrderChanged(Conflict):
    """Something else happened to this order at this moment. Read it again."""


class PlacedBefore(Conflict):
    """This quote was ordered before."""


class OrderOver(Conflict):
    """This order is cancelled already."""


class OrderPaidAlready(Conflict):
    """This order is paid: it can only be refunded now."""


class SentAlready(Conflict):
    """Some of it is on its way already, or all of it is over: where it goes cannot be changed any more."""


class NothingIsSent(Conflict):
    """Nothing of this order goes to an address."""


class NotFromThere(Conflict):
    """An order in this state cannot become that."""


class ClaimInvalid(NotFound):
    code = NotFound.code
    title = NotFound.title
