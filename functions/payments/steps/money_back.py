"""Money back to buyers, and out to sellers, as workflows ask for it."""

from functions.payments import fetching_back, paying_out, refunding
from functions.payments.model.payouts import ReverseTransfers, SendPayout, TransfersReversed
from functions.payments.model.refunds import SendRefund
from functions.payments.rules import payouts as leaving
from functions.payments.rules import refunds as rules
from functions.payments.steps.app import tasks
from kernel.tasks import Outcome


@tasks.task("refund", SendRefund)
def refund(asked: SendRefund) -> Outcome:
    return rules.stands_for_workflow(refunding.send(asked))


@tasks.task("reverse_transfers", ReverseTransfers)
def reverse_transfers(asked: ReverseTransfers) -> Outcome:
    """Before a refund of what the seller was paid already. What is not found becomes the seller's debt."""
    return TransfersReversed(amount=fetching_back.for_refund(asked))


@tasks.task("transfer", SendPayout)
def transfer(asked: SendPayout) -> Outcome:
    """The same as hearing that a withdrawal was approved."""
    return leaving.stands_for_workflow(paying_out.begin(asked))
