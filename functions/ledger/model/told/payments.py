"""Views of what payments tells."""

from typing import Literal

from kernel.events import Seen
from kernel.money import Money

Purpose = Literal["order", "credits"]


class PaymentSucceeded(Seen):
    payment_id: str
    purpose: Purpose
    buyer_id: str
    amount: Money


class FeeCharged(Seen):
    transaction_id: str
    payment_id: str | None = None
    amount: Money
    from_available: bool = False


class FundsBecameAvailable(Seen):
    transaction_id: str
    payment_id: str | None = None
    amount: Money


class MoneyUnapplied(Seen):
    payment_id: str
    transaction_id: str
    amount: Money


class UnappliedReturned(Seen):
    payment_id: str
    refund_id: str
    amount: Money


class RefundSettled(Seen):
    refund_id: str
    payment_id: str
    amount: Money
    sent_by: Literal["stripe", "bank", "chargeback"] = "stripe"


class RefundFailed(Seen):
    refund_id: str
    payment_id: str
    buyer_id: str
    amount: Money
    returned: bool = False


class TransferReversed(Seen):
    reversal_id: str
    store_id: str
    amount: Money


class _OfChargeback(Seen):
    chargeback_id: str
    payment_id: str
    purpose: Purpose
    order_id: str | None = None
    buyer_id: str
    amount: Money


class ChargebackOpened(_OfChargeback):
    fee: Money


class ChargebackClosed(_OfChargeback):
    outcome: Literal["won", "lost"]
    fee_returned: Money


class PayoutBecame(Seen):
    withdrawal_id: str
    store_id: str
    amount: Money
    became: Literal["sent", "paid", "failed", "returned"]
    reason: str = ""


class SellerAccountChanged(Seen):
    store_id: str
    state: str


class PayoutWaysChanged(Seen):
    store_id: str
    ways: list[str]
