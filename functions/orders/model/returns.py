"""Goods that a buyer sends back: why, what is wanted for them, and how far that is."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.orders.model.names import (
    LINES,
    At,
    Count,
    LineId,
    OrderId,
    RefundId,
    ReturnId,
    SellerOrderId,
    StoreId,
    VariantId,
    Version,
)
from functions.orders.model.parcels import Carrier, TrackingNumber, TrackingUrl
from functions.orders.model.refunds import Lines, StockLine
from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request
from kernel.tasks import Asked, Outcome

# opening: asked, and not yet known whether its money can be kept back until it is decided.
ReturnState = Literal[
    "opening",
    "requested",
    "approved",
    "rejected",
    "withdrawn",
    "sent",
    "received",
    "inspected",
    "refunded",
    "exchanged",
    "closed",
]
ReturnMove = Literal[
    "open", "refuse", "approve", "reject", "withdraw", "send", "receive", "inspect", "refund", "exchange", "close"
]
Why = Annotated[
    Literal["not_as_described", "damaged", "wrong_item", "no_longer_wanted"], Field(examples=["no_longer_wanted"])
]
ToDo = Literal["open", "exchange", "close", "over"]
Wanted = Annotated[Literal["refund", "exchange"], Field(examples=["refund"])]
Payer = Annotated[Literal["buyer", "store"], Field(examples=["buyer"], description="Of the way back.")]
Variants = Annotated[
    dict[LineId, VariantId],
    Field(max_length=LINES, description="In exchange, if it is not to be the same variant.", examples=[{}]),
]


class Return(Answer):
    """`frozen`: the store's money for it is kept back until it is decided; what was released before, is not."""

    return_id: ReturnId
    seller_order_id: SellerOrderId
    store_id: StoreId
    state: ReturnState = "opening"
    lines: Lines
    why: Why
    wanted: Wanted = "refund"
    variants: Variants = Field(default_factory=dict)
    way_paid_by: Payer
    carrier: Carrier = "manual"
    tracking_number: TrackingNumber = ""
    tracking_url: TrackingUrl = ""
    frozen: bool = False
    accepted: Annotated[dict[LineId, Count], Field(description="Of the pieces, as inspected.", examples=[{}])] = Field(
        default_factory=dict
    )
    to_shelf: Annotated[dict[LineId, Count], Field(description="Of those, what can be sold again.")] = Field(
        default_factory=dict
    )
    refund_id: RefundId | None = None
    reason: Annotated[str, Field(max_length=80, examples=[""], description="A code: why it came to nothing.")] = ""
    asked_at: datetime
    due_at: Annotated[At, Field(description="By when the next thing has to happen, or happens by itself.")] = None
    ended_at: At = None
    version: Version = 1


class ReturnRequest(Request):
    """What shall come back, and what for. Fault of the store's: it pays the way, whatever its rules are."""

    lines: Lines
    why: Why
    wanted: Wanted = "refund"
    variants: Variants = Field(default_factory=dict)


class ReturnAnswer(Request):
    """With a label of its own, the store says by which number it travels."""

    answer: Annotated[Literal["approve", "reject"], Field(examples=["approve"])]
    carrier: Carrier = "manual"
    tracking_number: TrackingNumber = ""
    tracking_url: TrackingUrl = ""


class ReturnSent(Request):
    carrier: Carrier = "manual"
    tracking_number: TrackingNumber = ""
    tracking_url: TrackingUrl = ""


class Inspection(Request):
    """How many of the pieces are as they should be, and how many of those can be sold again. Without: all of them."""

    accepted: Annotated[dict[LineId, Count] | None, Field(max_length=LINES, examples=[{"1": 1}])] = None
    to_shelf: Annotated[dict[LineId, Count] | None, Field(max_length=LINES, examples=[{"1": 1}])] = None


class TakesBack(Answer):
    """What a store takes back, as it said when it sold this. What is at fault comes back in any case."""

    days: Annotated[Count, Field(examples=[30], description="After it is delivered. 0: nothing.")]
    way_paid_by: Payer


class Terms(BaseModel):
    """What a store takes back, as its profile says."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    accepted: bool
    window_days: int
    return_shipping_paid_by: Payer


# What the workflow asks


class PlanReturn(Asked):
    order_id: OrderId
    return_id: ReturnId


class ReturnPlanned(Outcome):
    """`outcome` is what is to be done for it; `reserved_by` stands for an order at inventory."""

    outcome: ToDo
    order_id: OrderId
    return_id: ReturnId
    seller_order_id: SellerOrderId
    frozen: bool
    reserved_by: OrderId
    again: list[StockLine]
    back: list[StockLine]
    instead: list[OrderId]


class Answered(BaseModel):
    """What another domain said: done, or refused with a code."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    outcome: str = ""
    code: str = ""


class ReturnOpened(PlanReturn):
    froze: Answered


class ExchangeEnded(PlanReturn):
    """Refused: there are none left, so the money goes back."""

    reserved: Answered


class ReturnStands(Outcome):
    outcome: Literal["stands"] = "stands"
    state: ReturnState


# What can be refused


class NoSuchReturn(NotFound):
    code = NotFound.code
    title = NotFound.title


class NotReturnable(Conflict):
    """These pieces cannot be given back: they are not with you, or are being returned already."""


class ReturnWindowOver(Conflict):
    """The time in which this store takes things back is over."""


class ReturnsNotAccepted(Conflict):
    """This store takes nothing back unless something is wrong with it."""


class TooManyReturns(Conflict):
    """So many returns of this part are open. Wait until one of them is decided."""


class ReturnNotThere(Conflict):
    """A return in this state cannot become that."""


class InspectionInvalid(Conflict):
    """More cannot be accepted than comes back, nor more sold again than is accepted."""
