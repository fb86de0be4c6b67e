"""A statement as a sheet: one row a line, amounts as people write them, nothing that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Iterator

from functions.ledger.model.statements import StoreFunds, StoreLine
from kernel.money import Money

PLACES = tuple(StoreFunds.model_fields)
HEADER = (
    *("number", "at", "kind", "journal_id", "order_id", "seller_order_id", "currency"),
    *PLACES,
    *(f"{place}_total" for place in PLACES),
)
MARK = "\ufeff"  # tells Excel that it is UTF-8


def sheet(lines: Iterable[StoreLine], *, headed: bool) -> str:
    """`headed`: the first of several pages, which can be put one behind the other."""
    written = io.StringIO()
    rows = csv.writer(written)
    if headed:
        written.write(MARK)
        rows.writerow(HEADER)
    rows.writerows(tuple(_cells(line)) for line in lines)
    return written.getvalue()


def _cells(line: StoreLine) -> Iterator[str]:
    yield from (str(line.number), line.at.isoformat(), line.kind, line.journal_id)
    yield from (line.order_id or "", line.seller_order_id or "", line.currency)
    for funds in (line.changes, line.totals):
        yield from (_amount(getattr(funds, place)) for place in PLACES)


def _amount(money: Money) -> str:
    return str(money).removesuffix(f" {money.currency}")
