"""What sets money in motion towards buyers and sellers: money that belongs to nothing, a withdrawal that may leave."""

from functions.payments import paying_out, refunding
from functions.payments.consumers.app import consumer
from functions.payments.model.payouts import WithdrawalApproved
from functions.payments.model.refunds import MoneyUnapplied
from kernel.events import Received


@consumer.on("metco.payments", MoneyUnapplied)
def return_unapplied(event: Received[MoneyUnapplied]) -> None:
    refunding.return_unapplied(event.data)


@consumer.on("metco.ledger", WithdrawalApproved)
def pay_out(event: Received[WithdrawalApproved]) -> None:
    paying_out.begin(event.data)
