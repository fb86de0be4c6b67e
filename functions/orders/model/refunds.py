"""Money that goes back for a part of what a store sold: why, for which lines, and how far it is."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.orders.model.names import (
    LINES,
    At,
    LineId,
    OrderId,
    Part,
    PaymentId,
    Quantity,
    RefundId,
    ReturnId,
    SellerOrderId,
    StoreId,
    VariantId,
    Version,
)
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request
from kernel.money import Money
from kernel.tasks import Asked, Outcome

# by_buyer, by_seller, not_sent: pieces that were never sent. returned: pieces that came back. goodwill: a part of the
# price, as its store likes. operator: as a person of Metco's decided.
Cause = Annotated[
    Literal["by_buyer", "by_seller", "not_sent", "returned", "goodwill", "operator"], Field(examples=["by_seller"])
]
# pending: a bank is at it. credited: as credits, because it was paid so or a bank would not take it.
RefundState = Literal["asked", "pending", "sent", "credited", "by_hand"]
RefundMove = Literal["pend", "send", "credit", "see_to"]
Lines = Annotated[
    dict[LineId, Quantity], Field(min_length=1, max_length=LINES, examples=[{"1": 1}], description="Pieces by line.")
]
Amounts = Annotated[
    dict[LineId, Part],
    Field(max_length=LINES + 1, examples=[{"1": {"minor": 1500, "currency": "EUR"}}], description="`ship`: shipping."),
]


class Restock(Answer):
    """What can be sold again. `sold_by`: by which reservation it was, if not by the order's own."""

    variant_id: VariantId
    quantity: Quantity
    sold_by: OrderId | None = None


class MoneyBack(Answer):
    """`lines` are parts of what was asked for each line, tax and Metco's part of the price among it."""

    refund_id: RefundId
    seller_order_id: SellerOrderId
    store_id: StoreId
    cause: Cause
    return_id: ReturnId | None = None
    lines: Amounts
    pieces: Annotated[dict[LineId, Quantity], Field(examples=[{"1": 1}])] = Field(default_factory=dict)
    restock: list[Restock] = Field(default_factory=list)
    total: Part
    as_credits: bool = False
    state: RefundState = "asked"
    by_card: Annotated[Part | None, Field(description="What the buyer gets by the way it was paid.")] = None
    by_credits: Part | None = None
    asked_at: datetime
    settled_at: At = None
    version: Version = 1


class CancelLines(Request):
    """Pieces that were not sent. Without lines: all of those."""

    lines: Annotated[dict[LineId, Quantity] | None, Field(max_length=LINES, examples=[{"1": 1}])] = None


class GiveBack(Request):
    """Of each line's price so much, tax included; of shipping as line `ship`."""

    lines: Annotated[Amounts, Field(min_length=1)]


class OperatorGivesBack(GiveBack):
    as_credits: Annotated[bool, Field(description="Credits instead of what was paid by. Ask the buyer first.")] = False


# What the workflow asks


class PlanRefund(Asked):
    order_id: OrderId
    refund_id: RefundId


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class StockLine(_Part):
    store_id: StoreId
    variant_id: VariantId
    quantity: int


class Download(_Part):
    product_id: str
    offer_id: str


class NeedsOfRefund(_Part):
    money: bool
    stock: bool
    downloads: bool
    thaw: bool


class Booked(BaseModel):
    """As the ledger answers; without, nothing was to be booked."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    by_card: Money
    by_credits: Money
    owed: Money


class Sent(BaseModel):
    """As payments answers."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    outcome: str = "none"


class RefundPlanned(Outcome):
    """All that the other tasks are asked, ready to be handed on."""

    outcome: Literal["planned"] = "planned"
    order_id: OrderId
    refund_id: RefundId
    seller_order_id: SellerOrderId
    store_id: StoreId
    buyer_id: str
    payment_id: PaymentId | None
    lines: dict[str, Money]
    as_credits: bool
    stock: list[StockLine]
    instead: list[OrderId]
    downloads: list[Download]
    thaw: str  # what froze the sale
    needs: NeedsOfRefund
    booked: Booked
    sent: Sent = Sent()


class RefundOver(Outcome):
    """It was carried out before."""

    outcome: Literal["over"] = "over"
    refund_id: RefundId


class RefundStands(Outcome):
    outcome: Literal["stands"] = "stands"
    state: RefundState


class RefundSeenTo(RefundStands):
    """`frozen`: the sale is kept back still, because of `cause`."""

    frozen: bool
    seller_order_id: SellerOrderId
    cause: str


class Refunded(Asked):
    """It is carried out, or a person has seen to it (`by_hand`)."""

    order_id: OrderId
    refund_id: RefundId
    booked: Booked
    sent: Sent = Sent()
    by_hand: bool = False


# What can be refused


class NoSuchRefund(NotFound):
    code = NotFound.code
    title = NotFound.title


class NothingToGiveBack(Invalid):
    """Name lines of this order, each with an amount above zero, or pieces of them."""


class GivesBackTooMuch(Conflict):
    """There is not that much left of what was paid for it."""


class AmountNotChargeable(Invalid):
    """In this currency, cards are given back round amounts only."""


class WorkBegun(Conflict):
    """Its store has begun to pack this: it cannot be cancelled any more. Ask the store, or return it later."""
