"""What became of money, as the buyer, the seller and finance look it up."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.payments.model.names import Amount, BuyerId, OrderId, PaymentId, Purpose, RefundId, StripeId, Way
from functions.payments.model.names import WithdrawalId as Withdrawal
from functions.payments.model.payments import Failure, PaidBy, PaymentShown, PaymentState
from functions.payments.model.payouts import PayoutState, Reason
from kernel.errors import Invalid
from kernel.http import Answer

Further = Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])]


class BuyerPayments(Answer):
    """The newest first."""

    items: list[PaymentShown]
    cursor: Further = None


class RefundShown(Answer):
    """As the buyer sees it. What could not be sent as money, they have as credits."""

    refund_id: RefundId
    amount: Amount
    state: Literal["pending", "sent", "failed"]
    asked_at: datetime


class PaymentHistory(Answer):
    """A payment, and what was given back of it."""

    payment: PaymentShown
    refunds: list[RefundShown]


class StorePayout(Answer):
    """What became of a withdrawal, as the seller sees it."""

    withdrawal_id: Withdrawal
    amount: Amount
    way: Way
    state: PayoutState
    reason: Reason = ""
    asked_at: datetime


class StorePayouts(Answer):
    """The newest first."""

    items: list[StorePayout]
    cursor: Further = None


class FinancePayment(Answer):
    """With Stripe's names for it, by which it is found there."""

    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    buyer_id: BuyerId
    amount: Amount
    state: PaymentState
    paid_by: PaidBy | None = None
    failure: Failure | None = None
    intent_id: StripeId | None = None
    charge_id: StripeId | None = None
    opened_at: datetime
    expires_at: datetime
    version: int = 1


class FinancePayments(Answer):
    """Of a buyer or a day the newest first."""

    items: list[FinancePayment]
    cursor: Further = None


class OneThingOnly(Invalid):
    """Payments are looked up by one thing at a time: an order, a buyer, an id of Stripe's, or a day."""
