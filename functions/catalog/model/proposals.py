"""Making an offer: a buyer names a price, the seller answers, and what they agree on holds for a while."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.catalog.model.names import OfferId, ProductId, StoreId, UserId, VariantId
from kernel import ids
from kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooManyRequests
from kernel.http import Answer, Request
from kernel.money import Money

MAX_QUANTITY = 100

ProposalId = Annotated[str, StringConstraints(pattern=ids.pattern("prp"))]
Side = Literal["buyer", "seller"]
Actor = Literal["buyer", "seller", "clock", "checkout"]
Act = Literal["counter", "accept", "decline", "withdraw", "expire", "reserve", "release", "redeem", "give_back"]
ProposalState = Literal[
    "awaiting_seller",
    "awaiting_buyer",
    "agreed",
    "reserved",
    "redeemed",
    "declined",
    "withdrawn",
    "expired",
]
CheckoutState = Literal["reserved", "released", "redeemed", "returned"]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00-\x09\x0b-\x1f]*$"),
    Field(examples=["I would collect it tomorrow."]),
]
Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY, examples=[1])]


class Round(Answer):
    """One side's word: a price for one piece, and what was said with it."""

    by: Side
    price: Money
    note: Note = ""
    at: datetime


class Proposal(Answer):
    """What both sides see. `price` is the one on the table: for one piece, of `quantity`."""

    proposal_id: ProposalId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    buyer_id: UserId
    quantity: Quantity
    listed: Money
    price: Money
    state: ProposalState
    rounds: list[Round]
    expires_at: datetime
    order_id: Annotated[str, Field(examples=[""])] = ""
    created_at: datetime
    version: Annotated[int, Field(ge=1, examples=[3])]


class Tries(BaseModel):
    """What a buyer has proposed for one offer of late: for the limit, and to find the one that is not over."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    latest: str = ""
    made: list[datetime] = []
    version: int = 0


class Checkout(BaseModel):
    """What became of the agreed prices that one order wanted. It outlives the order's last retry."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    order_id: str
    state: CheckoutState = "reserved"
    proposals: list[str] = []
    version: int = 1


# What people send


class NewProposal(Request):
    """Less than the listed price, in a currency that the offer is priced in. One piece costs `price`."""

    product_id: ProductId
    offer_id: OfferId
    variant_id: VariantId
    quantity: Quantity = 1
    price: Money
    note: Note = ""


class Counter(Request):
    """Between the last prices of both sides."""

    price: Money
    note: Note = ""


class Acceptance(Request):
    """The price you agree to: if the other side has named another one meanwhile, you have agreed to nothing."""

    price: Money


# What people get


class ProposalList(Answer):
    items: list[Proposal]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


# What can be refused


class NoSuchProposal(NotFound):
    code = NotFound.code  # a missing proposal and someone else's answer alike
    title = NotFound.title


class NotYourTurn(Conflict):
    """It is the other side's turn: wait for their answer, or withdraw what you proposed."""


class ProposalOver(Conflict):
    """This proposal is settled or over, and nothing can be done about it any more. Make a new one."""


class PriceOutdated(Conflict):
    """Another price is on the table by now. Read the proposal again, then decide."""


class PriceNotBetween(Invalid):
    """A price lies below the listed one and between the last prices of both sides, in the same currency."""


class PriceBelowFloor(Invalid):
    """This is less than may be asked for things of this kind. Name a higher price."""


class NoBargaining(Conflict):
    """The seller does not take proposals for this, or it is not for sale in that currency."""


class OwnOffer(Forbidden):
    """Nobody makes an offer to a store they work in."""


class ProposalOpen(Conflict):
    """You have a proposal for this already that is not over. Go on with that one."""


class TooManyProposals(TooManyRequests):
    """Three proposals for one offer in thirty days, and twenty a day, are the limit."""


class TooManyRounds(Conflict):
    """Enough prices were named. Accept the last one, or decline."""


class ProposalChanged(Conflict):
    """The other side has answered in the meantime. Read the proposal again."""


class NotReserved(Conflict):
    """This order holds no agreed prices: it never reserved them, or has given them back."""


class AlreadyRedeemed(Conflict):
    """The agreed prices of this order were paid: they cannot be given back."""


class AlreadyReleased(Conflict):
    """The agreed prices of this order were given back: it cannot have them again."""


class CheckoutChanged(Conflict):
    """Another task of this order was faster."""
