"""Tells waiting workflows what they wait for. Safe to repeat: a token that was answered is nobody's any more."""

from functions.orders import workflow
from functions.orders.rules import paying, refunds
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.store.waiting import waiting
from kernel import log


def payment_news(order_id: str) -> None:
    """If there is both, somebody who waits and something to tell."""
    order, waits = waiting().look(order_id)
    told = paying.told(order, waits) if order else None
    if told and waits.token and not workflow.tell(waits.token, told):
        log.info("nobody waited for the payment any more", order_id=order_id)


def decision(order_id: str) -> None:
    """What goes back to whom is said with it: the books give back only what they are told."""
    kept = parked().find(order_id)
    if not kept or not kept.decided:
        return
    told: paying.Told = {"outcome": kept.decided}
    if kept.decided == "refund":
        told["refunds"] = [one.model_dump(mode="json") for one in refunds.everything(orders().whole(order_id))]
    workflow.tell(kept.token, told)
    parked().over(kept)
