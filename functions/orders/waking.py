"""Tells waiting workflows what they wait for. Safe to repeat: a token that was answered is nobody's any more."""

from functions.orders import workflow
from functions.orders.rules import paying
from functions.orders.store.waiting import waiting
from kernel import log


def payment_news(order_id: str) -> bool:
    """If there is both, somebody who waits and something to tell. Whether it was."""
    order, waits = waiting().look(order_id)
    told = paying.told(order, waits) if order else None
    if not told or not waits.token:
        return False
    if workflow.tell(waits.token, told):
        return True
    log.info("nobody waited for the payment any more", order_id=order_id)
    return False
