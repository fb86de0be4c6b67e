"""What charges brought, in their table, and what of it belongs to nothing."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.payments.model.funds import Funds, FundsChanged, Unapplied, UnappliedKnown
from functions.payments.rules import funds as rules
from functions.payments.store.due import due_keys, overdue
from functions.payments.store.rows import funds_key, unapplied_pk
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Table, put


class FundsStore:
    def __init__(self) -> None:
        self._table = Table()

    def find(self, charge_id: str) -> Funds | None:
        row = self._table.get(*funds_key(charge_id))
        return Funds.model_validate(row) if row else None

    def overdue(self, now: datetime) -> Iterator[str]:
        """The charges of those that Stripe is to be asked about."""
        return (pk.partition("#")[2] for pk, _ in overdue(self._table, "FUNDS", now))

    def unapplied(self, payment_id: str) -> list[Unapplied]:
        """All that belongs to nothing, of one payment."""
        return [Unapplied.model_validate(row) for row in self._table.every(unapplied_pk(payment_id))]

    def replace(self, before: Funds, after: Funds, told: Iterable[Data]) -> None:
        self._table.commit([funds_row(before, after)], funds_told(after, told))

    def look_later(self, kept: Funds) -> None:
        with suppress(FundsChanged):
            self._table.commit([funds_row(kept, kept)])


@cache
def funds() -> FundsStore:
    return FundsStore()


def funds_row(before: Funds | None, after: Funds) -> Change:
    pk, sk = funds_key(after.charge_id)
    due = due_keys("FUNDS", rules.look_again_at(after, clock.now()), after.charge_id)
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json"), **due})
    return (change.when(version=before.version) if before else change.absent()).otherwise(FundsChanged())


def funds_told(after: Funds, told: Iterable[Data]) -> list[Event]:
    """Of the balance transaction, which is what both are about."""
    return [Event(data, after.transaction_id or after.charge_id, after.version) for data in told]


def unapplied_row(one: Unapplied) -> Change:
    """For ever, so that it goes back once."""
    row = {"pk": unapplied_pk(one.payment_id), "sk": one.charge_id, **one.model_dump(mode="json")}
    return put(row).absent().otherwise(UnappliedKnown())
