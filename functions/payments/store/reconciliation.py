"""What Stripe and the books have of each thing, each day's report, and what differs.

ENTRIES#<thing>     <side>#<name>#<currency>   one movement, as one of both has it
RECONCILIATIONS     <day>                      a day's report
RECONCILE           <day>                      there, until the report is finished
DIFFERENCES         <difference>               what differs by now

by_day: ENTRY#<day>#<run>, <thing>#… of each movement: a day's, thing by thing
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import cache
from itertools import islice

from functions.payments import events
from functions.payments.model.reconciliation import (
    Difference,
    DifferenceChanged,
    Differences,
    Entry,
    EntryKnown,
    NoSuchDifference,
    NoSuchReconciliation,
    Reconciliation,
    ReconciliationChanged,
    Reconciliations,
)
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put

DAYS, TO_DO, DIFFERING = "RECONCILIATIONS", "RECONCILE", "DIFFERENCES"
RUNS = 16  # of a day, each of a part of its things: as much as is held in memory at once
KEPT = timedelta(days=400)
TOGETHER = 100


class ReconciliationStore:
    def __init__(self) -> None:
        self._table = Table()

    # Movements

    def keep(self, entries: Iterable[Entry]) -> None:
        """Told or read again, it is the same row."""
        rows = (_entry_row(entry) for entry in entries)
        while together := list(islice(rows, TOGETHER)):
            self._table.commit(together)

    def tell_fee(self, entry: Entry) -> None:
        """Once, with the movement itself."""
        told = events.FeeCharged(transaction_id=entry.name, amount=-entry.amount, from_available=True)
        with suppress(EntryKnown):
            self._table.commit([_entry_row(entry).absent().otherwise(EntryKnown())], [Event(told, entry.name, 1)])

    def of_day(self, day: date) -> Iterator[list[Entry]]:
        """In runs: all that is about one thing is in one of them."""
        for run in range(RUNS):
            rows = self._table.every(_run(day, run), index="by_day")
            yield [Entry.model_validate(row) for row in rows]

    def about(self, thing: str) -> list[Entry]:
        """All there ever was, as it is at this moment."""
        return [Entry.model_validate(row) for row in self._table.every(_entries(thing))]

    # Days

    def day(self, day: date) -> Reconciliation:
        found = self.find(day)
        if not found:
            raise NoSuchReconciliation()
        return found

    def find(self, day: date) -> Reconciliation | None:
        row = self._table.get(DAYS, day.isoformat())
        return Reconciliation.model_validate(row) if row else None

    def newest(self, *, limit: int, cursor: str | None) -> Reconciliations:
        page = self._table.query(DAYS, limit=limit, cursor=cursor, newest_first=True)
        return Reconciliations(items=[Reconciliation.model_validate(row) for row in page.items], cursor=page.cursor)

    def newest_day(self) -> date | None:
        rows = self._table.query(DAYS, limit=1, newest_first=True).items
        return date.fromisoformat(rows[0]["sk"]) if rows else None

    def to_do(self) -> list[date]:
        return [date.fromisoformat(row["sk"]) for row in self._table.every(TO_DO)]

    def replace(
        self,
        before: Reconciliation | None,
        after: Reconciliation,
        told: Sequence[Event] = (),
        receipt: Receipt | None = None,
    ) -> None:
        day = after.day.isoformat()
        change = put({"pk": DAYS, "sk": day, **after.model_dump(mode="json"), "ttl": clock.epoch_s(clock.now() + KEPT)})
        guarded = change.when(version=before.version) if before else change.absent()
        waits = delete(TO_DO, day) if after.state == "finished" else put({"pk": TO_DO, "sk": day})
        self._table.commit([guarded.otherwise(ReconciliationChanged()), waits], told, receipt)

    # What differs

    def differing(self) -> list[Difference]:
        return [Difference.model_validate(row) for row in self._table.every(DIFFERING)]

    def listed(self, *, limit: int, cursor: str | None) -> Differences:
        page = self._table.query(DIFFERING, limit=limit, cursor=cursor)
        return Differences(items=[Difference.model_validate(row) for row in page.items], cursor=page.cursor)

    def difference(self, difference_id: str) -> Difference:
        row = self._table.get(DIFFERING, difference_id)
        if not row:
            raise NoSuchDifference()
        return Difference.model_validate(row)

    def found(self, found: Iterable[Difference], before: Mapping[str, Difference]) -> None:
        """In place of those that were there before. Whoever has accepted one of them meanwhile is not overwritten."""
        after = {one.about: one for one in found}
        rows = [_difference_row(one, before.get(about)) for about, one in after.items()]
        rows += [delete(DIFFERING, one.difference_id) for about, one in before.items() if about not in after]
        for first in range(0, len(rows), TOGETHER):
            self._table.commit(rows[first : first + TOGETHER])

    def accept(self, before: Difference, after: Difference, by: str, receipt: Receipt | None) -> None:
        """As it was looked at: if it is another one by now, it was not that which was accepted."""
        seen = before.model_dump(mode="json", include={"at_stripe", "in_books"})
        change = _difference_row(after, before).when(**seen).otherwise(DifferenceChanged())
        acted = events.acted(by, "accept_difference", after.difference_id, clock.epoch_s(clock.now()))
        self._table.commit([change], [acted], receipt)


@cache
def reconciliation() -> ReconciliationStore:
    return ReconciliationStore()


def _entries(thing: str) -> str:
    return f"ENTRIES#{thing}"


def _run(day: date, run: int) -> str:
    return f"ENTRY#{day.isoformat()}#{run}"


def _entry_row(entry: Entry) -> Change:
    sk = f"{entry.side}#{entry.name}#{entry.amount.currency}"
    run = zlib.crc32(entry.about.encode()) % RUNS
    row: Item = {"pk": _entries(entry.about), "sk": sk, **entry.model_dump(mode="json")}
    row |= {"by_daypk": _run(entry.at.date(), run), "by_daysk": f"{entry.about}#{sk}"}
    return put(row | {"ttl": clock.epoch_s(clock.now() + KEPT)})


def _difference_row(one: Difference, before: Difference | None) -> Change:
    change = put({"pk": DIFFERING, "sk": one.difference_id, **one.model_dump(mode="json")})
    guarded = change.when(accepted_by=before.accepted_by) if before else change.absent()
    return guarded.otherwise(ReconciliationChanged())
