"""Money back to buyers, and out to sellers, as workflows ask for it."""

from functions.payments import refunding
from functions.payments.model.refunds import SendRefund
from functions.payments.rules import refunds as rules
from functions.payments.steps.app import tasks
from kernel.tasks import Outcome


@tasks.task("refund", SendRefund)
def refund(asked: SendRefund) -> Outcome:
    return rules.stands_for_workflow(refunding.send(asked))
