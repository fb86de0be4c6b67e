"""A buyer's money for an order, as a checkout asks for it."""

from contextlib import suppress

from functions.payments import opening, taking
from functions.payments.model.payments import (
    CancelPayment,
    CreatePayment,
    Payment,
    PaymentBegun,
    PaymentEnded,
    ReadPayment,
)
from functions.payments.rules import payments as rules
from functions.payments.steps.app import tasks
from functions.payments.store.payments import payments
from kernel.tasks import Outcome


@tasks.task("create_payment", CreatePayment)
def create_payment(asked: CreatePayment) -> Outcome:
    """Once for an order. Asked again, it answers how the payment stands by then."""
    kept = payments().find(opening.id_of_order(asked.order_id))
    if not kept or not kept.intent_id:
        kept = _begun(opening.for_order(asked))
    if kept.state == "cancelled" or kept.given_up:
        raise PaymentEnded()
    return rules.stands(kept)


@tasks.task("cancel_payment", CancelPayment)
def cancel_payment(asked: CancelPayment) -> Outcome:
    """Three answers: it is over; it was paid, so the order goes on; a bank is at it, so wait and ask again."""
    return rules.stands(taking.call_off(opening.never_begun(asked)))


@tasks.task("read_payment", ReadPayment)
def read_payment(asked: ReadPayment) -> Outcome:
    """As Stripe says now."""
    return rules.stands(taking.bring_up_to_date(opening.id_of_order(asked.order_id)))


def _begun(made: Payment) -> Payment:
    with suppress(PaymentBegun):
        return taking.begin(made)
    return payments().one(made.payment_id)
