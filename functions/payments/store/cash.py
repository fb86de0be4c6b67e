"""Buyers who may have money lying at Stripe that pays for nothing, each with the moment to look after it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache

from functions.payments.store.due import due_keys, overdue
from functions.payments.store.rows import cash_key
from kernel.table import Change, Table, put

LIES = timedelta(hours=1)  # so long a buyer has to use it for what they are just about to pay


class CashLeft:
    def __init__(self) -> None:
        self._table = Table()

    def overdue(self, now: datetime) -> Iterator[str]:
        return (pk.partition("#")[2] for pk, _ in overdue(self._table, "CASH", now))

    def is_noted(self, customer_id: str) -> bool:
        row = self._table.get(*cash_key(customer_id))
        return bool(row and "by_duepk" in row)

    def look_at(self, customer_id: str, at: datetime | None) -> None:
        """None: there is nothing left."""
        self._table.commit([cash_row(customer_id, at)])

    def has_open_payments(self, buyer_id: str) -> bool:
        """By an index, which may be late: whoever comes too late gets back what they sent, and sends it again."""
        newest = self._table.query(buyer_id, index="by_buyer", limit=50, newest_first=True)
        return any(row.get("state") in ("open", "processing") for row in newest.items)


@cache
def cash_left() -> CashLeft:
    return CashLeft()


def cash_row(customer_id: str, at: datetime | None) -> Change:
    """The same whoever writes it last: what is there, Stripe is asked."""
    pk, sk = cash_key(customer_id)
    return put({"pk": pk, "sk": sk, **due_keys("CASH", at, customer_id)})
