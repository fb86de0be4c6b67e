"""What the ledger tells the others: ids, accounts and amounts."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from functions.ledger.model.names import BuyerId, JournalId, OrderId, Part, Reference, SellerOrderId, StoreId
from kernel.events import Data
from kernel.money import Money

EXAMPLE = [
    {"account": "refunds:in_transit", "amount": {"minor": 1299, "currency": "EUR"}},
    {"account": "stripe:available", "amount": {"minor": -1299, "currency": "EUR"}},
]


class PostedLeg(BaseModel):
    """Part of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    account: Annotated[str, Field(examples=["platform:commission_held"])]
    amount: Annotated[Money, Field(description="Above zero a debit, below zero a credit.")]


class JournalPosted(Data):
    """Money moved. All legs together are zero in each currency."""

    journal_id: JournalId
    kind: Annotated[str, Field(examples=["refund_settled"])]
    legs: Annotated[list[PostedLeg], Field(examples=[EXAMPLE])]
    order_id: OrderId | None = None
    seller_order_id: SellerOrderId | None = None
    payment_id: Reference | None = None
    store_ids: list[StoreId] = Field(default_factory=list)
    buyer_ids: list[BuyerId] = Field(default_factory=list)


class FundsReleased(Data):
    """A sale is safe: its seller can withdraw what is left of it."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    net: Part
    commission: Part
    commission_tax: Part
