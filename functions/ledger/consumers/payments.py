"""Hears what payments saw happen to money, and writes the journal that follows from it.

Told twice, the second time changes nothing. Told in another order than it happened, it comes to the same: what has no
floor may be written in any order, what has one waits in the queue until there is something to take from.
"""

from functions.ledger.consumers.app import consumer
from functions.ledger.model.told import payments as told
from functions.ledger.store.contesting import contesting
from functions.ledger.store.telling import telling
from functions.ledger.store.ways import ways
from functions.ledger.store.withdrawals import withdrawals
from kernel.events import Received, Seen

SOURCE = "metco.payments"


def record(kind: str, view: Seen) -> None:
    telling().tell(kind, view.model_dump(mode="json"))


@consumer.on(SOURCE, told.PaymentSucceeded)
def payment_succeeded(event: Received[told.PaymentSucceeded]) -> None:
    """What paid for an order is booked with the order, by its checkout."""
    paid = event.data
    if paid.purpose == "credits":
        said = {"payment_id": paid.payment_id, "buyer_id": paid.buyer_id, "currency": paid.amount.currency}
        telling().tell("credits_bought", {**said, "paid": paid.amount})


@consumer.on(SOURCE, told.FeeCharged)
def fee_charged(event: Received[told.FeeCharged]) -> None:
    record("stripe_fee_charged", event.data)


@consumer.on(SOURCE, told.FundsBecameAvailable)
def funds_became_available(event: Received[told.FundsBecameAvailable]) -> None:
    record("funds_available", event.data)


@consumer.on(SOURCE, told.MoneyUnapplied)
def money_unapplied(event: Received[told.MoneyUnapplied]) -> None:
    record("money_unapplied", event.data)


@consumer.on(SOURCE, told.UnappliedReturned)
def unapplied_returned(event: Received[told.UnappliedReturned]) -> None:
    """Before it is heard that the money came, there is nothing to take it from: the queue brings this again."""
    record("unapplied_returned", event.data)


@consumer.on(SOURCE, told.RefundSettled)
def refund_settled(event: Received[told.RefundSettled]) -> None:
    record("refund_settled", event.data)


@consumer.on(SOURCE, told.RefundFailed)
def refund_failed(event: Received[told.RefundFailed]) -> None:
    """What had been sent is on its way again first: from there it becomes credits."""
    failed = event.data
    if failed.returned:
        said = {"refund_id": failed.refund_id, "payment_id": failed.payment_id}
        telling().tell("refund_returned", {**said, "amount": failed.amount})
    telling().tell("refund_failed", failed.model_dump(mode="json", exclude={"returned"}))


@consumer.on(SOURCE, told.TransferReversed)
def transfer_reversed(event: Received[told.TransferReversed]) -> None:
    record("transfer_reversed", event.data)


@consumer.on(SOURCE, told.ChargebackOpened)
def chargeback_opened(event: Received[told.ChargebackOpened]) -> None:
    contesting().opened(event.data)


@consumer.on(SOURCE, told.ChargebackClosed)
def chargeback_closed(event: Received[told.ChargebackClosed]) -> None:
    contesting().closed(event.data)


@consumer.on(SOURCE, told.PayoutBecame)
def payout_became(event: Received[told.PayoutBecame]) -> None:
    payout = event.data
    withdrawals().heard(payout.store_id, payout.withdrawal_id, payout.amount, payout.became, payout.reason)


# By which ways a seller can be paid out


@consumer.on(SOURCE, told.SellerAccountChanged)
def seller_account_changed(event: Received[told.SellerAccountChanged]) -> None:
    payable = event.data.state == "payable"
    ways().account_is(event.data.store_id, payable=payable, sequence=event.metadata.sequence)


@consumer.on(SOURCE, told.PayoutWaysChanged)
def payout_ways_changed(event: Received[told.PayoutWaysChanged]) -> None:
    ways().others_are(event.data.store_id, event.data.ways, sequence=event.metadata.sequence)
