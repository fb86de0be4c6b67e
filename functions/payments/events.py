"""What payments tells the others: ids, amounts, what became of them. Never a name, a card's number, an address."""

from typing import Annotated, Literal

from pydantic import Field

from functions.payments.model.names import (
    Amount,
    BuyerId,
    ChargebackId,
    OrderId,
    Part,
    PaymentId,
    PersonId,
    Purpose,
    RefundId,
    StoreId,
    StripeId,
    Way,
    WithdrawalId,
)
from kernel.events import Data, Event


class WebhookReceived(Data):
    """Stripe says that something happened. Nothing of it is believed: whoever hears this asks Stripe."""

    webhook_id: StripeId
    kind: Annotated[str, Field(examples=["payment_intent.succeeded"])]
    object_id: StripeId
    account: StripeId | None = None


class _OfPayment(Data):
    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    buyer_id: BuyerId
    amount: Amount


class PaymentSucceeded(_OfPayment):
    """The buyer's money is there: all that was asked for, once. `method` is the kind of what paid."""

    method: Annotated[str, Field(examples=["card"])]


class PaymentFailed(_OfPayment):
    """One try was refused. The buyer may try again until the payment is cancelled."""

    code: Annotated[str, Field(examples=["card_declined"])]


class PaymentCancelled(_OfPayment):
    """Nobody can pay it any more. Nothing was taken."""


class MoneyUnapplied(Data):
    """Money that belongs to nothing: it came late, in part, or there is more of it than was asked for."""

    payment_id: PaymentId
    transaction_id: StripeId
    amount: Amount
    why: Annotated[Literal["late", "partial", "excess", "otherwise"], Field(examples=["late"])]


class UnappliedReturned(Data):
    """It goes back to whoever sent it."""

    payment_id: PaymentId
    refund_id: RefundId
    amount: Amount


class FeeCharged(Data):
    """Stripe tells what it keeps: of a payment, or apart from one."""

    transaction_id: StripeId
    payment_id: PaymentId | None = None
    amount: Amount
    from_available: bool = False


class FundsBecameAvailable(Data):
    """What a payment brought, without Stripe's fee, is at Metco's disposal."""

    transaction_id: StripeId
    payment_id: PaymentId | None = None
    amount: Amount


class RefundSettled(Data):
    """A refund is sent, or a lost chargeback has given it already."""

    refund_id: RefundId
    payment_id: PaymentId
    amount: Amount
    sent_by: Annotated[Literal["stripe", "bank", "chargeback"], Field(examples=["stripe"])] = "stripe"


class RefundFailed(Data):
    """A refund cannot be sent, or came back. `returned`: it had been told as settled before."""

    refund_id: RefundId
    payment_id: PaymentId
    buyer_id: BuyerId
    amount: Amount
    returned: bool = False


class TransferReversed(Data):
    """Money that a seller was paid came back from their account at Stripe, to be refunded."""

    reversal_id: StripeId
    store_id: StoreId
    amount: Amount


class _OfChargeback(Data):
    chargeback_id: ChargebackId
    payment_id: PaymentId
    purpose: Purpose
    order_id: OrderId | None = None
    buyer_id: BuyerId
    amount: Amount


class ChargebackOpened(_OfChargeback):
    """The buyer's bank took a payment back, or a part of it, until it is decided."""

    fee: Part


class ChargebackClosed(_OfChargeback):
    """It is decided."""

    outcome: Annotated[Literal["won", "lost"], Field(examples=["lost"])]
    fee_returned: Part


class PayoutBecame(Data):
    """What became of a seller's withdrawal: it left, arrived, could not leave, or came back. `reason` is a code."""

    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way
    became: Annotated[Literal["sent", "paid", "failed", "returned"], Field(examples=["paid"])]
    reason: Annotated[str, Field(examples=["account_closed"])] = ""


class SellerAccountChanged(Data):
    """What payouts to a seller wait for, if they do."""

    store_id: StoreId
    state: Annotated[Literal["incomplete", "in_review", "payable", "refused"], Field(examples=["payable"])]
    missing: Annotated[list[str], Field(examples=[["individual.verification.document"]])]


class PayoutWaysChanged(Data):
    """By which ways beside Stripe a seller has said where money is to go: all of them, at this moment."""

    store_id: StoreId
    ways: Annotated[list[Way], Field(examples=[["bank"]])]


class BooksReconciled(Data):
    """A day of Stripe's was held against the books."""

    day: Annotated[str, Field(examples=["2030-01-01"])]
    transactions: Annotated[int, Field(ge=0, examples=[812])]
    differences: Annotated[int, Field(ge=0, examples=[0])]


class OperatorActed(Data):
    """The track of somebody in finance: who did what."""

    operator_id: PersonId
    action: Annotated[str, Field(examples=["send_evidence"])]
    subject: Annotated[str, Field(examples=["cbk_01k6m2q8vx4c7e9r1t3y5w7zab"])]


def acted(operator_id: str, action: str, subject: str, sequence: int) -> Event:
    """`sequence` is the subject's version after it."""
    return Event(OperatorActed(operator_id=operator_id, action=action, subject=subject), subject, sequence)
