"""Refunds in their table.

REFUNDS#<payment>   <refund>   a refund
                    #SUM       what was given back of the payment, and how many chargebacks of it are open
REFUNDS#PARKED      <refund>   a copy of each that waits for finance to decide

by_due: REFUND#<bucket>, <time> of each that Stripe has to be asked about
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.payments.events import acted
from functions.payments.model.refunds import NoSuchRefund, Refund, RefundChanged, Refunds, Returned
from functions.payments.rules import refunds as rules
from functions.payments.store.due import due_keys, overdue
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.money import Money
from kernel.table import Change, Item, Receipt, Table, delete, put, update

SUM = "#SUM"  # no refund has such an id
PARKED = "REFUNDS#PARKED"
TRIES = 10


class RefundStore:
    def __init__(self) -> None:
        self.table = Table()

    def find(self, payment_id: str, refund_id: str) -> Refund | None:
        row = self.table.get(_pk(payment_id), refund_id)
        return Refund.model_validate(row) if row else None

    def one(self, payment_id: str, refund_id: str) -> Refund:
        found = self.find(payment_id, refund_id)
        if not found:
            raise NoSuchRefund()
        return found

    def of_payment(self, payment_id: str) -> list[Refund]:
        rows = self.table.every(_pk(payment_id))
        return [Refund.model_validate(row) for row in rows if row["sk"] != SUM]

    def parked(self, *, limit: int, cursor: str | None) -> Refunds:
        page = self.table.query(PARKED, limit=limit, cursor=cursor)
        return Refunds(items=[Refund.model_validate(row) for row in page.items], cursor=page.cursor)

    def overdue(self, now: datetime) -> Iterator[tuple[str, str]]:
        """Payment and refund of each."""
        return ((pk.partition("#")[2], sk) for pk, sk in overdue(self.table, "REFUND", now))

    # Changing

    def begin(self, wanted: Refund, paid: Money) -> Refund:
        """Once: who asks again gets what was written down the first time."""
        for _ in range(TRIES):
            if kept := self.find(wanted.payment_id, wanted.refund_id):
                rules.check_same(kept, wanted.amount)
                return kept
            returned = self.returned(wanted.payment_id, paid.currency)
            made = rules.asked(wanted, paid, returned)
            told = [Event(data, made.refund_id, made.version) for data in rules.first_told(made)]
            with suppress(RefundChanged):
                self.table.commit([*_rows(None, made), _counted(made, returned)], told)
                return made
        raise Unavailable("This payment is being refunded again and again. Try again.")

    def replace(
        self, before: Refund, after: Refund, *, operator_id: str = "", receipt: Receipt | None = None
    ) -> Refund:
        told = [Event(data, after.refund_id, after.version) for data in rules.told(before, after)]
        if operator_id:
            told.append(acted(operator_id, f"refund_{after.state}", after.refund_id, after.version))
        self.table.commit(_rows(before, after), told, receipt)
        return after

    def look_later(self, kept: Refund) -> None:
        """Nothing new of it: it is only asked about again after a while."""
        with suppress(RefundChanged):
            self.table.commit(_rows(kept, kept))

    def returned(self, payment_id: str, currency: str) -> Returned:
        row = self.table.get(_pk(payment_id), SUM) or {}
        return Returned(
            refunded=Money(row.get("refunded", 0), currency),
            chargebacks_open=row.get("chargebacks_open", 0),
            chargebacks_lost=row.get("chargebacks_lost", 0),
            version=row.get("version"),
        )


@cache
def refunds() -> RefundStore:
    return RefundStore()


def chargebacks_counted(payment_id: str, *, opened: int, lost: int) -> Change:
    """In the transaction in which a chargeback opens or ends: no refund begins at that moment without seeing it."""
    return update(_pk(payment_id), SUM).add(chargebacks_open=opened, chargebacks_lost=lost, version=1)


def _counted(made: Refund, seen: Returned) -> Change:
    by = made.amount.minor if made.why == "refund" else 0
    counted = update(_pk(made.payment_id), SUM).add(refunded=by, version=1)
    return counted.when(version=seen.version).otherwise(RefundChanged())


def _rows(before: Refund | None, after: Refund) -> Sequence[Change]:
    row: Item = {"sk": after.refund_id, **after.model_dump(mode="json")}
    subject = f"{after.payment_id}#{after.refund_id}"
    due = due_keys("REFUND", rules.look_again_at(after, clock.now()), subject)
    change = put({"pk": _pk(after.payment_id), **row, **due})
    rows = [(change.when(version=before.version) if before else change.absent()).otherwise(RefundChanged())]
    if after.state == "parked":
        rows.append(put({"pk": PARKED, **row}))
    elif before and before.state == "parked":
        rows.append(delete(PARKED, after.refund_id))
    return rows


def _pk(payment_id: str) -> str:
    return f"REFUNDS#{payment_id}"
