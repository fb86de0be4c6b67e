"""What sets money in motion towards buyers and sellers: money that belongs to nothing, a withdrawal that may leave."""

from functions.payments import disputing, paying_out, refunding
from functions.payments.consumers.app import consumer
from functions.payments.consumers.stripe import hears
from functions.payments.model.payouts import WithdrawalApproved
from functions.payments.model.refunds import MoneyUnapplied
from functions.payments.model.webhooks import WebhookReceived
from kernel.events import Received


@consumer.on("metco.payments", MoneyUnapplied)
def return_unapplied(event: Received[MoneyUnapplied]) -> None:
    refunding.return_unapplied(event.data)


@consumer.on("metco.ledger", WithdrawalApproved)
def pay_out(event: Received[WithdrawalApproved]) -> None:
    paying_out.begin(event.data)


@hears("charge.refund", "refund")
def refund_changed(told: WebhookReceived) -> None:
    refunding.refreshed(told.object_id)


@hears("charge.dispute")
def dispute_changed(told: WebhookReceived) -> None:
    disputing.refreshed(told.object_id)


@hears("payout")
def payout_changed(told: WebhookReceived) -> None:
    paying_out.refreshed(told.object_id, told.account or "")
