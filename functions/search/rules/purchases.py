"""Which orders can be learned from: values in, values out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.search.model.discovery import NotYetOrdered, Purchase
from kernel.errors import Fault

AHEAD = timedelta(minutes=5)  # clocks differ


def check_dates(orders: Sequence[Purchase], now: datetime) -> None:
    wrong = [
        Fault(f"/orders/{place}/ordered_at", "later than now")
        for place, order in enumerate(orders)
        if order.ordered_at > now + AHEAD
    ]
    if wrong:
        raise NotYetOrdered(faults=wrong)
