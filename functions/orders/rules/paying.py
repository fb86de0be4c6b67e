"""What a workflow that waits for a payment is told, and when: by whichever comes last, the news or the waiting."""

from typing import Any

from functions.orders.model.orders import Order
from functions.orders.model.paying import Waiting
from functions.orders.model.tasks import PaymentBegun

Told = dict[str, Any]  # as the workflow's choices read it

PAID: Told = {"outcome": "paid"}
ENDED: Told = {"outcome": "refused", "code": "payment_ended", "detail": "Nobody can pay it any more."}
BY_BUYER: Told = {"outcome": "refused", "code": "by_buyer", "detail": "Its buyer does not want it any more."}


def at_once(begun: PaymentBegun) -> Told | None:
    """What is known before any waiting: a saved card pays at once, and what payments refuses nobody can pay."""
    match begun.outcome:
        case "succeeded":
            return PAID
        case "cancelled":
            return ENDED
        case "refused":
            return {"outcome": "refused", "code": begun.code, "detail": "The payment could not begin."}
    return None


def told(order: Order, waiting: Waiting) -> Told | None:
    """None: there is nothing to tell yet. Money counts for more than a change of mind that came too late."""
    if waiting.result == "succeeded":
        return PAID
    if waiting.result == "cancelled":
        return ENDED
    return BY_BUYER if order.cancel_asked_at and not waiting.patient else None
