"""Where journals and accounts are found.

by_order, by_payment   a journal's own, in order of time
by_walk                JOURNAL#<n>: every journal, in sixteen runs, each in order of time
                       ACCOUNT#<n>: every balance there is, by account

Indexes hold what a list shows and never what is true: whoever proves the books reads the rows themselves.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from itertools import islice

from functions.ledger.model.accounts import kind_of
from functions.ledger.model.books import AccountBalance, AccountBalances, JournalFound, JournalsFound
from functions.ledger.model.journals import Journal
from functions.ledger.rules.proof import Balance, Row
from functions.ledger.store.rows import RUNS, account_run, journal_run, read_journal, row_named
from functions.ledger.store.statements import statements
from kernel import clock, table
from kernel.cursors import CursorInvalid
from kernel.money import Money
from kernel.table import Item, Table

AT_ONCE = 100
CAUGHT_UP_S = 5.0


class Finding:
    def __init__(self) -> None:
        self._table = Table()

    def journals(self, by: str, what: str, *, limit: int, cursor: str | None) -> JournalsFound:
        """Those of a store or a buyer are in their statement, the newest first; a moment later than in the books."""
        if by in ("store", "buyer"):
            told, further = statements().lines(f"{by}:{what}", limit=limit, cursor=cursor)
            return JournalsFound(items=[JournalFound.model_validate(row) for row in _once(told)], cursor=further)
        if by == "day":
            rows, further = self._walked(journal_run, what, limit, cursor)
            return JournalsFound(items=[_found(row) for row in rows], cursor=further)
        page = self._table.query(what, index=f"by_{by}", limit=limit, cursor=cursor)
        return JournalsFound(items=[_found(row) for row in page.items], cursor=page.cursor)

    def accounts(self, beginning: str, *, limit: int, cursor: str | None) -> AccountBalances:
        listed, further = self._walked(account_run, f"{beginning}:", limit, cursor)
        rows = self._table.get_many([(row["pk"], row["sk"]) for row in listed]) if listed else {}
        return AccountBalances(items=[_balance(rows[row["pk"], row["sk"]]) for row in listed], cursor=further)

    def _walked(
        self, run_pk: Callable[[int], str], beginning: str, limit: int, cursor: str | None
    ) -> tuple[list[Item], str | None]:
        """From the first run in which anything is left. Where there is little, most of them are empty."""
        run, inner = _opened(cursor)
        while True:
            page = self._table.query(run_pk(run), beginning, index="by_walk", limit=limit, cursor=inner)
            run, inner = (run, page.cursor) if page.cursor else (run + 1, None)
            if page.items or run == RUNS:
                return page.items, None if run == RUNS else f"{run}.{inner or ''}"

    # For the proof

    def every_journal(self, run: int) -> Iterator[tuple[str, Journal | None, datetime]]:
        """With its id, and the moment it was posted. None for one that is not a journal any more.

        Found in the index, and read where it is kept.
        """
        listed = self._table.every(journal_run(run), index="by_walk", at_once=AT_ONCE)
        for rows in _together(listed):
            kept = self._table.get_many([(row["pk"], row["sk"]) for row in rows])
            for row in rows:
                posted_at = datetime.fromisoformat(row["by_walksk"].partition("#")[0])
                yield row["journal_id"], _sound(kept.get((row["pk"], row["sk"]))), posted_at

    def catch_up(self) -> None:
        """What was written is in an index a moment later: for whoever missed something there, and asks again."""
        table.sleep(CAUGHT_UP_S)

    def every_balance(self, run: int) -> Iterator[tuple[Row, Balance]]:
        listed = self._table.every(account_run(run), index="by_walk", at_once=AT_ONCE)
        for rows in _together(listed):
            kept = self._table.get_many([(row["pk"], row["sk"]) for row in rows])
            now = clock.now()
            yield from ((row_named(pk), Balance(row["balance"], now)) for (pk, _), row in kept.items())


@cache
def finding() -> Finding:
    return Finding()


def _sound(row: Item | None) -> Journal | None:
    """Whoever changed a journal in the table has left one that does not add up, or none at all."""
    with suppress(ValueError):
        return read_journal(row) if row else None
    return None


def _opened(cursor: str | None) -> tuple[int, str | None]:
    run, _, inner = (cursor or "0.").partition(".")
    if not (run.isdecimal() and int(run) < RUNS):
        raise CursorInvalid()
    return int(run), inner or None


def _found(row: Item) -> JournalFound:
    refs = row.get("refs", {})  # of a journal that nothing leads to, there are none
    named = {name: refs.get(name) for name in ("order_id", "seller_order_id", "payment_id")}
    return JournalFound(journal_id=row["journal_id"], kind=row["kind"], at=row["occurred_at"], **named)


def _once(rows: Iterable[Item]) -> Iterable[Item]:
    """A journal in two currencies has two lines."""
    return {row["journal_id"]: row for row in rows}.values()


def _balance(row: Item) -> AccountBalance:
    account, currency, _ = row_named(row["pk"])
    return AccountBalance(account=account, side=kind_of(account).side, balance=Money(row["balance"], currency))


def _together(listed: Iterator[Item]) -> Iterator[list[Item]]:
    while rows := list(islice(listed, AT_ONCE)):
        yield rows
