"""Payments in their table: each changes with what is told of it, and with what its money became."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.payments.model.payments import NoSuchPayment, Payment, PaymentChanged
from functions.payments.rules import payments as rules
from functions.payments.store.due import overdue
from functions.payments.store.rows import payment_key, payment_row, stripe_key, stripe_row
from kernel import clock, table
from kernel.events import Data, Event
from kernel.table import Change, Receipt, Table

BETWEEN_LOOKS_S = 0.5

ReceiptOf = Callable[[Payment], Receipt | None]


class Payments:
    def __init__(self) -> None:
        self.table = Table()

    def find(self, payment_id: str) -> Payment | None:
        row = self.table.get(*payment_key(payment_id))
        return Payment.model_validate(row) if row else None

    def one(self, payment_id: str) -> Payment:
        found = self.find(payment_id)
        if not found:
            raise NoSuchPayment()
        return found

    def known_by(self, stripe_id: str) -> Payment | None:
        """That which an intent or a charge of Stripe's belongs to."""
        row = self.table.get(*stripe_key(stripe_id))
        return self.find(row["payment_id"]) if row else None

    def after(self, found: Payment, until: datetime) -> Payment:
        """As soon as it is another version than this one, or as it is by then."""
        latest = found
        while latest.version == found.version and clock.now() < until:
            table.sleep(BETWEEN_LOOKS_S)
            latest = self.one(found.payment_id)
        return latest

    def overdue(self, now: datetime) -> Iterator[str]:
        """From an index, which may be late: whoever acts reads the payment itself."""
        return (pk.partition("#")[2] for pk, _ in overdue(self.table, "PAYMENT", now))

    # Changing

    def open(self, made: Payment) -> Payment:
        """Once: who comes again gets what there is."""
        with suppress(PaymentChanged):
            self.table.commit([_row(None, made)])
            return made
        kept = self.one(made.payment_id)
        rules.check_same(kept, made)
        return kept

    def look_later(self, kept: Payment) -> None:
        """Nothing new of it: it is only asked about again after a while."""
        with suppress(PaymentChanged):
            self.table.commit([_row(kept, kept)])

    def replace(
        self,
        before: Payment,
        after: Payment,
        changes: Iterable[Change] = (),
        told: Iterable[Data] = (),
        more: Iterable[Event] = (),
        receipt: Receipt | None = None,
    ) -> Payment:
        named = {before.intent_id, before.charge_id}
        news = [one for one in (after.intent_id, after.charge_id) if one and one not in named]
        rows = [_row(before, after), *(stripe_row(one, after.payment_id) for one in news)]
        heard = [Event(data, after.payment_id, after.version) for data in told]
        self.table.commit([*rows, *changes], [*heard, *more], receipt)
        return after


@cache
def payments() -> Payments:
    return Payments()


def _row(before: Payment | None, after: Payment) -> Change:
    return payment_row(before, after, rules.look_again_at(after, clock.now()))
