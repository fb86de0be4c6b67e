"""A seller's money on its way out: how far it came, by which way, and what is fetched back of it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.payments.model.names import Amount, Part, RefundId, StoreId, StripeId, Way, WithdrawalId
from kernel.errors import Conflict, NotFound
from kernel.events import Seen
from kernel.http import Answer, Request
from kernel.money import Money
from kernel.tasks import Asked, Outcome

# asked: nothing has left yet. left: it is in the seller's account at Stripe. sent: on its way to where the seller wants
# it. returning: it did not arrive, and is being fetched back from the seller's account at Stripe.
PayoutState = Literal["asked", "left", "sent", "paid", "failed", "returning", "returned"]
ProviderId = Annotated[str, Field(max_length=128, examples=["5UXD2E8A7EBQJ"])]
Reason = Annotated[str, Field(max_length=100, examples=["account_closed"], description="A code.")]


class Payout(Answer):
    """Of one withdrawal."""

    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way
    state: PayoutState = "asked"
    reason: Reason = ""
    asked_at: datetime
    account_id: StripeId | None = None
    transfer_id: StripeId | None = None
    payout_id: StripeId | None = None
    provider_id: ProviderId | None = None
    version: Annotated[int, Field(ge=1, examples=[1])] = 1


class Payouts(Answer):
    """The newest first."""

    items: list[Payout]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class Told(Answer):
    """What a provider says of a payout that it was given."""

    became: Literal["sent", "paid", "failed"]
    provider_id: ProviderId | None = None
    reason: Reason = ""


class MarkedPayout(Request):
    """What became of a payout that finance makes by hand."""

    became: Annotated[Literal["sent", "paid", "failed", "returned"], Field(examples=["sent"])]
    reason: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{0,60}$"), Field(examples=["account_closed"])] = ""


# Money fetched back from a seller's account at Stripe


class ReversalPart(Answer):
    transfer_id: StripeId
    amount: Amount
    reversal_id: StripeId | None = None
    short: bool = False  # there was not so much any more


class Reversal(Answer):
    """From which transfers how much is to come back: planned once, so that whoever repeats it does the same."""

    reference: RefundId
    store_id: StoreId
    wanted: Amount
    parts: list[ReversalPart]
    version: int = 1


# What is heard and asked


class WithdrawalApproved(Seen):
    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way


class ReverseTransfers(Asked):
    """`reference` is the refund's, so that each fetches back once."""

    store_id: StoreId
    reference: RefundId
    amount: Amount


class SendPayout(Asked):
    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way = "stripe"


class TransfersReversed(Outcome):
    """`amount` is what was found: less than was asked for, or nothing."""

    outcome: Literal["reversed"] = "reversed"
    amount: Part


class PayoutStands(Outcome):
    outcome: Literal["pending", "sent", "paid", "failed", "returned"]
    withdrawal_id: WithdrawalId
    amount: Money
    reason: str = ""


# What can be refused


class NoSuchPayout(NotFound):
    """There is no such payout."""


class PayoutChanged(Conflict):
    """Something else happened to this payout at this moment. Read it again, then decide."""


class NotByHand(Conflict):
    """What becomes of this payout its provider tells, and nobody else."""


class PayoutNotThere(Conflict):
    """This payout is past the point where that can be said of it, or not there yet."""


class PayoutAskedOtherwise(Conflict):
    """There is a payout of this withdrawal already, of another amount or by another way."""
