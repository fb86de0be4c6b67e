"""What orders tells the others: ids, amounts, what became of them. Never who somebody is or where they live."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.orders.model.fulfilment import Received
from functions.orders.model.names import (
    BasketId,
    BuyerId,
    Count,
    Kind,
    LineId,
    MethodName,
    OfferId,
    OrderId,
    ParcelId,
    Part,
    PaymentId,
    PersonId,
    ProductId,
    Quantity,
    QuoteId,
    Reason,
    RefundId,
    ReturnId,
    SellerOrderId,
    StoreId,
    VariantId,
)
from functions.orders.model.parcels import Carrier, Lines, ParcelState
from functions.orders.model.parked import Decided, ParkedId, Step, Subject, Workflow
from functions.orders.model.refunds import Amounts, Cause, RefundState
from functions.orders.model.returns import ReturnState, Wanted, Why
from functions.orders.model.sweeps import SweepId
from kernel.events import Data, Event


class _Part(BaseModel):
    """Part of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class LineOrdered(_Part):
    line_id: LineId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    kind: Kind
    quantity: Quantity
    total: Part


class PartOrdered(_Part):
    """What one store has to deliver of it."""

    seller_order_id: SellerOrderId
    store_id: StoreId
    total: Part
    lines: list[LineOrdered]


class CheckoutStarted(Data):
    """A buyer has ordered. Nothing is reserved or paid yet."""

    order_id: OrderId
    quote_id: QuoteId
    buyer_id: BuyerId
    basket_id: BasketId
    basket_version: Annotated[int, Field(examples=[7])]
    total: Part
    credits: Part
    method: MethodName | None = None
    store_ids: list[StoreId]


class OrderPaid(Data):
    """The order stands: it is paid, and all of it is promised. Baskets drop what was bought, stores begin to pack."""

    order_id: OrderId
    buyer_id: BuyerId
    basket_id: BasketId
    basket_version: Annotated[int, Field(examples=[7])]
    payment_id: PaymentId | None = None
    total: Part
    credits: Part
    card: Part
    seller_orders: list[PartOrdered]


class OrderCancelled(Data):
    """The order came to nothing. Whatever was reserved for it is free again.

    `never_sent`: it was paid, and nothing of it ever left. What it has used of promotions and agreed prices comes back.
    """

    order_id: OrderId
    buyer_id: BuyerId
    basket_id: BasketId
    reason: Annotated[Reason, Field(examples=["out_of_stock"])]
    store_ids: list[StoreId]
    was_paid: bool = False
    never_sent: bool = False


class CancellationAsked(Data):
    """Its buyer does not want it any more, and has not paid yet."""

    order_id: OrderId
    buyer_id: BuyerId


class _OfPart(Data):
    """What happens to one store's part."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId


class SellerOrderBegun(_OfPart):
    """A store picks and packs its part."""


class ParcelSent(_OfPart):
    """Some of it, or all, was handed to a carrier."""

    parcel_id: ParcelId
    carrier: Carrier
    lines: Lines


class ParcelMoved(_OfPart):
    """There is news of a parcel. What is lost or back has to be sent again, or is cancelled."""

    parcel_id: ParcelId
    state: Annotated[ParcelState, Field(examples=["delivered"])]


class ParcelLabelled(_OfPart):
    """A carrier has printed a label for it. Nobody has handed it over yet."""

    parcel_id: ParcelId
    carrier: Carrier
    lines: Lines


class CarrierCalled(Data):
    """A carrier says that something happened to some parcels. To which, and what, is looked up."""

    carrier: Carrier
    call_id: Annotated[
        str, Field(pattern=r"^[a-z]+-[0-9a-f]{40}$", examples=["dhl-9c1185a5c5e9fc54612808977ee8f548b2258d31"])
    ]


class SellerOrderShipped(_OfPart):
    """Nothing of it is left to send."""


class DeliveryAsked(_OfPart):
    """Nobody has heard that it arrived: its buyer is asked."""

    buyer_id: BuyerId


class SellerOrderDelivered(_OfPart):
    """All of it is there. For a time its buyer can object; then the store gets its money."""

    how: Annotated[Received, Field(examples=["carrier"], description="By whose word.")]


class SellerOrderCompleted(_OfPart):
    """The money is its store's."""


class LinesCancelled(_OfPart):
    """Pieces that are never sent. Their money goes back, which is told by itself."""

    lines: Lines
    cause: Cause
    whole: Annotated[bool, Field(description="Nothing of this part is left.")]


class RefundAsked(_OfPart):
    """So much of each line's price goes back to the buyer."""

    refund_id: RefundId
    return_id: ReturnId | None = None
    cause: Cause
    lines: Amounts
    pieces: Annotated[dict[LineId, Quantity], Field(examples=[{"1": 1}], description="That are gone for it.")]
    total: Part


class RefundCarriedOut(_OfPart):
    """It is in the books, and with the buyer or on its way."""

    refund_id: RefundId
    return_id: ReturnId | None = None
    state: Annotated[RefundState, Field(examples=["sent"])]
    by_card: Part | None = None
    by_credits: Part | None = None


class ReturnMoved(_OfPart):
    """Goods that a buyer sends back, and how far that is."""

    return_id: ReturnId
    state: Annotated[ReturnState, Field(examples=["requested"])]
    lines: Lines
    why: Why
    wanted: Wanted
    accepted: Annotated[dict[LineId, Count], Field(examples=[{}])]


class AddressChanged(Data):
    """Its buyer wants it at another door of the same place."""

    order_id: OrderId
    store_ids: list[StoreId]


class OrderParked(Data):
    """Something of it cannot go on by itself: a person has to decide."""

    order_id: OrderId
    parked_id: ParkedId
    workflow: Workflow
    subject_id: Subject
    step: Step


class ParkedOrderDecided(OrderParked):
    """A person has."""

    decision: Annotated[Decided, Field(examples=["retry"])]


class OrderFinal(Data):
    """What has become of an order that somebody still holds something for: it is `paid`, `cancelled`, or there is none.

    Told to whoever asks, so that what is held for it is handed over or given back.
    """

    order_id: OrderId
    how: Annotated[Literal["paid", "cancelled", "unknown"], Field(examples=["cancelled"])]


class _Finding(_Part):
    what: Annotated[str, Field(examples=["not_begun"])]
    outcome: Annotated[Literal["resolved", "raised"], Field(examples=["resolved"])]
    count: Annotated[int, Field(ge=1, examples=[1])]


class SweepDone(Data):
    """Everything that should have gone on was looked at. On a healthy system nothing is found."""

    sweep_id: SweepId
    at: datetime
    looked: Annotated[int, Field(ge=0, examples=[12])]
    found: list[_Finding]


class OrderClaimed(Data):
    """What somebody ordered without an account is in an account now. In the books its buyer stays who it was."""

    order_id: OrderId
    buyer_id: BuyerId
    owner_id: PersonId


class OperatorActed(Data):
    """The track of an operator: who did what."""

    operator_id: PersonId
    action: Annotated[str, Field(examples=["decide_parked"])]
    subject: OrderId


def acted(operator_id: str, action: str, order_id: str, sequence: int) -> Event:
    return Event(OperatorActed(operator_id=operator_id, action=action, subject=order_id), order_id, sequence)
