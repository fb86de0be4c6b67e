"""A buyer's money on its way in: what is to be paid, how far it is, what it was paid with, why it was not."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.payments.model.methods import MethodName
from functions.payments.model.names import Amount, BuyerId, OrderId, PaymentId, Purpose, StripeId
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer, Request
from kernel.tasks import Asked, Outcome

# open: the buyer has to do something. processing: done, and a bank takes its time. cancelled: nobody can pay it now.
PaymentState = Literal["open", "processing", "succeeded", "cancelled"]
Version = Annotated[int, Field(ge=0, examples=[2])]


class PaidBy(Answer):
    """What the buyer paid with, as far as it may be shown."""

    kind: Annotated[str, Field(examples=["card"])]
    brand: Annotated[str, Field(examples=["visa"], description="Empty, unless it is a card.")] = ""
    last4: Annotated[str, Field(examples=["4242"])] = ""


class Failure(Answer):
    """Why the last try was refused. Another way to pay may do."""

    code: Annotated[str, Field(examples=["insufficient_funds"])]
    brand: Annotated[str, Field(examples=["visa"])] = ""
    last4: Annotated[str, Field(examples=["4242"])] = ""
    at: datetime


class Payment(Answer):
    """As it is kept. Who pays it is known by ids alone; the card is Stripe's to know."""

    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    buyer_id: BuyerId
    amount: Amount
    state: PaymentState = "open"
    method: MethodName | None = None  # the one that was asked for; without, whatever the platform offers
    saved_method_id: StripeId | None = None  # to be charged at once
    customer_id: StripeId | None = None
    intent_id: StripeId | None = None  # None: nothing was heard of Stripe yet
    client_secret: str = ""
    charge_id: StripeId | None = None  # that which paid it
    paid_by: PaidBy | None = None
    failure: Failure | None = None
    opened_at: datetime
    expires_at: datetime
    failed_try: str = ""  # which of Stripe's tries the failure is of
    given_up: bool = False  # to be cancelled, as soon as Stripe agrees
    looked_behind: bool = False  # over before Stripe was heard, and looked for there once more
    version: int = 1

    @property
    def is_final(self) -> bool:
        return self.state in ("succeeded", "cancelled")


class PaymentShown(Answer):
    """As its buyer sees it. While it is open, `client_secret` lets a page ask for the card."""

    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    amount: Amount
    state: PaymentState
    method: MethodName | None = None
    paid_by: PaidBy | None = None
    failure: Failure | None = None
    client_secret: Annotated[str | None, Field(examples=["pi_3PqYwC2e_secret_kZ8"])] = None
    publishable_key: Annotated[str | None, Field(examples=["pk_test_51PqYw"])] = None
    pay_url: Annotated[
        str | None, Field(examples=["/v1/pay#pi_3PqYwC2e_secret_kZ8"], description="A page that asks for the rest.")
    ] = None
    opened_at: datetime
    expires_at: datetime
    version: Version


class CreditPurchase(Request):
    """One credit is one unit of the currency it is paid in."""

    amount: Amount
    method: Annotated[MethodName | None, Field(description="Left out: whatever is offered.")] = None
    payment_method_id: Annotated[
        StripeId | None, Field(description="One of your saved payment methods, to be charged at once.", examples=[None])
    ] = None


class NoSuchPayment(NotFound):
    code = NotFound.code  # told as whatever is missing, or somebody else's, is: no docstring tells them apart


class PaymentBegun(Conflict):
    """This was asked for before."""


class PaymentOtherwise(Conflict):
    """Something else is to be paid under this id already."""


class PaymentChanged(Conflict):
    """Something else happened to this payment at this moment. Read it again."""


class AlreadyPaid(Conflict):
    """It is paid: it can only be refunded."""


class PaymentProcessing(Conflict):
    """A bank is just carrying it out: it can no longer be called off, and will be paid or refused."""


class AmountTooSmall(Invalid):
    """Stripe takes no payment as small as this."""


class AmountTooLarge(Invalid):
    """Stripe takes no payment as large as this. Pay in parts."""


class NotChargeable(Invalid):
    """In this currency, amounts are charged in larger steps."""


class SavedMethodUnknown(Invalid):
    """This is none of your saved payment methods."""


class PaymentEnded(Conflict):
    """This payment was called off. Begin another one."""


class PaymentOfOrder(Conflict):
    """This pays for an order: cancel the order, and its payment is called off with it."""


# What workflows ask


class _OfOrder(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    amount: Amount


class CreatePayment(_OfOrder):
    """Whatever else the order is paid with is taken off already. `expires_at`: when its goods are let go."""

    method: MethodName | None = None
    payment_method_id: StripeId | None = None
    expires_at: datetime | None = None


class CancelPayment(_OfOrder):
    """What was never begun is over as well: whoever comes late with it is refused."""


class ReadPayment(Asked):
    order_id: OrderId


class PaymentStands(Outcome):
    """`created`: the buyer has to do something, which `client_secret` lets a page ask for."""

    outcome: Literal["created", "processing", "succeeded", "cancelled"]
    payment_id: PaymentId
    client_secret: str | None = None
    failure: str | None = None
