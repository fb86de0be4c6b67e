"""Which orders can be learned from: values in, values out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.search.model.discovery import NotYetOrdered, OrderPaid, Purchase
from kernel.errors import Fault

AHEAD = timedelta(minutes=5)  # clocks differ


def of_order(order: OrderPaid, paid_at: datetime) -> Purchase:
    """Every product once, from whichever of its stores."""
    products = dict.fromkeys(line.product_id for part in order.seller_orders for line in part.lines)
    return Purchase(order_id=order.order_id, ordered_at=paid_at, products=list(products))


def check_dates(orders: Sequence[Purchase], now: datetime) -> None:
    wrong = [
        Fault(f"/orders/{place}/ordered_at", "later than now")
        for place, order in enumerate(orders)
        if order.ordered_at > now + AHEAD
    ]
    if wrong:
        raise NotYetOrdered(faults=wrong)
