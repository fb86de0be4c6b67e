"""Tells that an order is over, to whoever still holds something for it: stock, credits, promotions, agreed prices."""

from functions.orders import events
from functions.orders.model.orders import Order
from functions.orders.rules import orders as rules
from functions.orders.store.orders import orders
from functions.orders.store.watching import watching
from kernel import clock
from kernel.events import Event


def tell(order_id: str) -> str:
    """They hand it over or give it back. Nothing is told of what is not over."""
    order = orders().find(order_id)
    how = _how(order)
    if how != "pending":
        told = events.OrderFinal.model_validate({"order_id": order_id, "how": how})
        if order:
            orders().replace(order, rules.noted(order), [told])
        else:
            watching().tell(Event(told, order_id, clock.epoch_s(clock.now())))
    return how


def _how(order: Order | None) -> str:
    if not order:
        return "unknown"
    return order.state if order.state in ("pending", "cancelled") else "paid"
