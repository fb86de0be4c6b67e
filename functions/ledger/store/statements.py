"""Statements in their table: lines that are appended as journals are told of, each with what there is by then.

STATEMENT#<owner>   LINE#<time>#<number>   what one journal changed in one currency, and what there is after it
                    TOTALS                 how many lines there are, what they add up to, and the last one's time

A line is its journal's mark as well, so that an event told twice adds none. It never lies before the time at which its
journal was told, nor before another line: so it is only looked for where the last line is not older than that.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.ledger.model.statements import StatementMoved
from functions.ledger.model.told.journals import JournalPosted
from functions.ledger.rules import statements as rules
from functions.ledger.rules.statements import Sums, Totals
from functions.ledger.store.rows import read_sale, sale_key
from kernel import clock
from kernel.changes import COMMIT
from kernel.errors import Unavailable
from kernel.table import Change, Item, Page, Table, put

TRIES = 40  # five write at once, all of them perhaps to the one store that everybody buys from: each time one comes in
AFTER_ALL = "~"  # behind every time
TOLD = ("journal_id", "kind", "order_id", "seller_order_id", "payment_id")


class Statements:
    def __init__(self) -> None:
        self._table = Table(keep_events=True)

    def tell(self, posted: JournalPosted, told_at: str) -> None:
        """Each owner by itself: told again after a crash, those go on who do not have it yet."""
        for owner, sums in sorted(rules.by_owner(posted, self._stores_of(posted)).items()):
            self._add(owner, posted, sums, told_at)

    def _stores_of(self, posted: JournalPosted) -> Mapping[str, str]:
        sales = {sale_key(sale): sale for sale in rules.sales_to_place(posted)}
        rows = self._table.get_many(list(sales)) if sales else {}
        return {sales[key]: read_sale(row).sale.store_id for key, row in rows.items()}

    def _add(self, owner: str, posted: JournalPosted, sums: Sums, told_at: str) -> None:
        pk = _pk(owner)
        for _ in range(TRIES):
            before = self.totals(owner)  # first: a line that comes after this makes the commit fail
            if told_at <= before.at and self._has(pk, posted.journal_id, told_at):
                return
            after, lines = rules.added(before, sums, told_at)
            said = {name: getattr(posted, name) for name in TOLD}
            with suppress(StatementMoved):
                self._table.commit(
                    [
                        _totals_row(pk, before, after),
                        *(
                            put({"pk": pk, "sk": _line_sk(line["at"], line["number"]), **said, **line})
                            for line in lines
                        ),
                    ]
                )
                return
        raise Unavailable("This statement is being written to again and again. Try again.")

    def _has(self, pk: str, journal_id: str, told_at: str) -> bool:
        rows = self._table.every(pk, since=f"LINE#{told_at}")
        return any(row.get("journal_id") == journal_id for row in rows)

    def totals(self, owner: str) -> Totals:
        return _totals(self._table.get(_pk(owner), "TOTALS"))

    def lines(
        self,
        owner: str,
        *,
        limit: int,
        cursor: str | None,
        begins: datetime | None = None,
        ends: datetime | None = None,
    ) -> tuple[list[Item], str | None]:
        """The newest first, and how to go on: one call, whatever the period is."""
        before = f"LINE#{clock.rfc3339(ends) if ends else AFTER_ALL}"
        page = self._table.query(_pk(owner), before=before, limit=limit, cursor=cursor, newest_first=True)
        shown = rules.within(page.items, clock.rfc3339(begins) if begins else "")
        return [dict(row) for row in shown], _next(page, len(shown))

    def every_line(self, owner: str) -> Iterator[Item]:
        """All there ever were, the oldest first, without what is the table's own."""
        for row in self._table.every(_pk(owner), "LINE#"):
            yield {name: value for name, value in row.items() if name not in ("pk", "sk", COMMIT)}


@cache
def statements() -> Statements:
    return Statements()


def _next(page: Page, shown: int) -> str | None:
    return page.cursor if shown == len(page.items) else None


def _pk(owner: str) -> str:
    return f"STATEMENT#{owner}"


def _line_sk(at: str, number: int) -> str:
    return f"LINE#{at}#{number:012d}"


def _totals(row: Item | None) -> Totals:
    return Totals(row["lines"], row["at"], row["sums"]) if row else Totals()


def _totals_row(pk: str, before: Totals, after: Totals) -> Change:
    row = {"pk": pk, "sk": "TOTALS", "lines": after.lines, "at": after.at, "sums": after.sums}
    change = put(row)
    return (change.when(lines=before.lines) if before.lines else change.absent()).otherwise(StatementMoved())
