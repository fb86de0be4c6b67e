"""Money on its way back to a buyer: what is asked, how far it came, what can be refused."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.payments.model.names import Amount, BuyerId, Part, PaymentId, RefundId, StripeId
from kernel.errors import Conflict, Invalid, NotFound
from kernel.events import Seen
from kernel.http import Answer, Request
from kernel.money import Money
from kernel.tasks import Asked, Outcome

# asked: written down, and nothing heard of Stripe yet. waiting: a chargeback is open, and until it is decided nobody
# knows whether the buyer has the money already. parked: somebody in finance has to decide.
RefundState = Literal["asked", "waiting", "pending", "sent", "failed", "parked"]
Why = Literal["refund", "unapplied"]
SentBy = Literal["stripe", "bank", "chargeback"]  # who gave the buyer the money, or decided that they have it


class Refund(Answer):
    refund_id: RefundId
    payment_id: PaymentId
    buyer_id: BuyerId
    amount: Amount
    why: Why = "refund"
    state: RefundState = "asked"
    sent_by: SentBy = "stripe"
    reason: Annotated[str, Field(examples=["expired_or_canceled_card"], description="A code, where it failed.")] = ""
    charge_id: StripeId | None = None  # whose money goes back, where it is not that which paid it
    stripe_id: StripeId | None = None
    asked_at: datetime
    version: Annotated[int, Field(ge=1, examples=[1])] = 1


class Refunds(Answer):
    """Of one payment, in no order of time; or all that wait for a decision."""

    items: list[Refund]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class Returned(Answer):
    """What was given back of a payment so far, as money or as credits; how many chargebacks of it are open."""

    refunded: Part
    chargebacks_open: int = 0
    chargebacks_lost: int = 0
    version: int | None = None


class SendByBank(Request):
    """That it was sent from Metco's bank account, where Stripe cannot send it any more."""

    reference: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9 ./:_-]{1,64}$"),
        Field(examples=["SEPA 2030-01-02 0471"], description="By which the bank's statement shows it. No names."),
    ]


# What workflows ask


class SendRefund(Asked):
    payment_id: PaymentId
    refund_id: RefundId
    amount: Amount


class RefundStands(Outcome):
    """`failed`: it cannot be sent. The ledger hears of it, and the buyer has it as credits."""

    outcome: Literal["sent", "pending", "failed"]
    refund_id: RefundId
    amount: Money


class MoneyUnapplied(Seen):
    """`transaction_id` is the charge that brought it."""

    payment_id: PaymentId
    transaction_id: StripeId
    amount: Amount


# What can be refused


class NoSuchRefund(NotFound):
    """There is no such refund."""


class NotPaid(Conflict):
    """This payment has not succeeded: there is nothing to give back."""


class RefundExceedsPayment(Conflict):
    """More would be given back than was paid."""


class RefundInOtherCurrency(Invalid):
    """A refund is in the currency of its payment."""


class RefundedOtherwise(Conflict):
    """There is a refund of this id already, of another amount."""


class RefundNotParked(Conflict):
    """This refund does not wait for a decision."""


class RefundChanged(Conflict):
    """Something else happened to this refund at this moment. Read it again, then decide."""
