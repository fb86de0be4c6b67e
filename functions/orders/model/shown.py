"""What people are shown of an order: its buyer all of it, a store its own part."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from functions.orders.model.addresses import DeliveryAddress
from functions.orders.model.names import (
    At,
    CurrencyCode,
    OrderId,
    OrderState,
    Part,
    PaymentId,
    Reason,
    SellerOrderId,
    StoreId,
    Version,
)
from functions.orders.model.orders import SellerOrder, Totals
from functions.orders.model.parcels import Parcel
from functions.orders.model.refunds import MoneyBack
from functions.orders.model.returns import Return
from kernel.http import Answer


class PaymentOfOrder(Answer):
    """How the rest is paid. As soon as there is a secret, a page can ask for the card."""

    payment_id: PaymentId | None = None
    client_secret: Annotated[str | None, Field(examples=["pi_3PqYwC2e_secret_kZ8"])] = None
    pay_url: Annotated[
        str | None, Field(examples=["/v1/pay#pi_3PqYwC2e_secret_kZ8"], description="A page that asks for the rest.")
    ] = None
    pay_by: datetime
    credits: Part
    card: Annotated[Part, Field(description="Whatever is not paid by credits, by whichever method.")]


class OrderSummary(Answer):
    """One row of a history."""

    order_id: OrderId
    state: OrderState
    reason: Annotated[Reason | None, Field(examples=[None])] = None
    total: Part
    pieces: Annotated[int, Field(examples=[4])]
    store_ids: list[StoreId]
    placed_at: datetime


class OrderList(Answer):
    items: list[OrderSummary]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class OrderShown(Answer):
    """A whole order, as its buyer sees it."""

    order_id: OrderId
    state: OrderState
    reason: Annotated[Reason | None, Field(examples=[None], description="Why it was cancelled.")] = None
    currency: CurrencyCode
    totals: Totals
    payment: PaymentOfOrder
    seller_orders: list[SellerOrder]
    parcels: list[Parcel] = Field(default_factory=list)
    refunds: list[MoneyBack] = Field(default_factory=list)
    returns: list[Return] = Field(default_factory=list)
    address: DeliveryAddress | None = None
    email: Annotated[str, Field(examples=["ada@example.com"], description="Of whoever ordered without an account.")] = (
        ""
    )
    placed_at: datetime
    confirmed_at: At = None
    cancelled_at: At = None
    cancel_asked_at: At = None
    version: Version


class StoreOrder(SellerOrder):
    """With where it goes, what of it is on its way, and what comes and goes back."""

    parcels: list[Parcel] = Field(default_factory=list)
    refunds: list[MoneyBack] = Field(default_factory=list)
    returns: list[Return] = Field(default_factory=list)
    address: DeliveryAddress | None = None


class StoreOrderList(Answer):
    items: list[SellerOrder]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class Happening(Answer):
    """One thing that happened to an order."""

    what: Annotated[str, Field(examples=["OrderPaid"])]
    at: datetime
    seller_order_id: Annotated[SellerOrderId | None, Field(description="Which store's part it concerns alone.")] = None
    reason: Annotated[Reason | None, Field(examples=[None])] = None


class History(Answer):
    items: list[Happening]
