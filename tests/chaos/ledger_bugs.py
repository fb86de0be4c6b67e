"""Bugs planted in the ledger's store: the ways in which money goes wrong where somebody is cut off, or faster.

Those of its rules are planted in tests/unit/ledger/planted.py, and both have to be found here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from typing import Any
from unittest.mock import patch

import functions.ledger.rules.holds
import functions.ledger.rules.people
import functions.ledger.rules.standing
import functions.ledger.rules.withdrawals
import functions.ledger.store.books
import functions.ledger.store.holds
import functions.ledger.store.rows
import functions.ledger.store.sales
import functions.ledger.store.statements
import functions.ledger.store.withdrawals
from functions.ledger.model.accounts import kind_of
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.credits import HoldReleased
from functions.ledger.model.facts.sales import SaleRefunded
from functions.ledger.model.holds import Hold, HoldChanged
from functions.ledger.model.journals import Journal, Leg
from functions.ledger.model.standing import BalanceMoved, Standing
from functions.ledger.rules.journals import journal_of
from functions.ledger.store.books import Books, books
from functions.ledger.store.holds import Holds
from functions.ledger.store.rows import balance_key, hold_row
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.money import Money
from kernel.table import Change, Receipt, Table, put, update
from tests.chaos.planting import Bugs, careless

BUGS = Bugs()
STORE, RULES = functions.ledger.store, functions.ledger.rules


def unguarded(module: Any, name: str, account: str = "") -> Any:
    """Goes on making its changes, without any condition; of balances only those of such accounts."""
    original: Callable[..., Change] = getattr(module, name)

    def planted(*given: Any) -> Change:
        made = original(*given)
        return careless(made) if account in made.key[0] else made

    return patch.object(module, name, planted)


def resolved(hold: Hold, how: Any, amount: Money | None = None) -> Hold:
    """From whatever it is."""
    return hold.model_copy(update={"state": how, "captured": amount, "version": hold.version + 1})


@BUGS
def double_capture() -> Iterator[None]:
    """Paid is paid, whatever became of the credits."""
    with (
        patch.object(RULES.holds, "captured", lambda hold, amount: resolved(hold, "captured", amount)),
        unguarded(STORE.books, "balance_change", "#hold:"),
    ):
        yield


@BUGS
def captured_and_given_back() -> Iterator[None]:
    """A void is a void, whatever became of the credits."""

    def planted(hold: Hold) -> Hold | None:
        return None if hold.state in ("voided", "expired") else resolved(hold, "voided")

    with patch.object(RULES.holds, "voided", planted), unguarded(STORE.books, "balance_change", "#hold:"):
        yield


@BUGS
def given_back_twice() -> Iterator[None]:
    """Void and expiry are two facts, and neither looks whether the other came between."""
    with (
        patch.object(HoldReleased, "identity", ("hold_id", "at")),
        unguarded(STORE.holds, "hold_row"),
        unguarded(STORE.books, "balance_change", "#hold:"),
    ):
        yield


@BUGS
def paid_credits_expire() -> Iterator[None]:
    """The sweep goes by its list, and does not look who has captured since it read it."""

    def planted(self: Holds, hold_id: str) -> bool:
        kept = self.find(hold_id)
        if not kept or kept.state in ("voided", "expired"):
            return False
        after = resolved(kept, "expired")
        books().post(RULES.holds.released_fact(after, clock.now()), [hold_row(kept, after, HoldChanged())])
        return True

    with patch.object(Holds, "expire", planted):
        yield


@BUGS
def missing_floor() -> Iterator[None]:
    """Who saw that there is enough takes it."""
    with unguarded(STORE.books, "balance_change"):
        yield


@BUGS
def read_modify_write() -> Iterator[None]:
    """A balance is read, reckoned with, and written back."""

    def planted(leg: Leg, journal_id: str) -> Change:
        key, kind = balance_key(leg.account, leg.amount.currency, journal_id), kind_of(leg.account)
        minor = (Table().get(*key) or {"balance": 0})["balance"] + kind.normal(leg.amount.minor)
        if kind.floor and minor < 0:
            raise BalanceMoved()
        return update(*key).set(balance=minor)

    with patch.object(STORE.books, "balance_change", planted):
        yield


@BUGS
def posted_twice() -> Iterator[None]:
    """Nobody looks whether a journal is there already, nor whether it was told."""
    with unguarded(STORE.books, "journal_row"), unguarded(Table, "_event_row"):
        yield


@BUGS
def retry_to_another_shard() -> Iterator[None]:
    """Every try draws a shard, and the journal lies in it as well: there it was never written."""
    tries, drawn, post = count(), [0], Books.post

    def planted(self: Books, fact: Fact, *given: Any, **named: Any) -> Journal:
        drawn[0] = next(tries)
        return post(self, fact, *given, **named)

    def in_its_shard(journal: Journal) -> Change:
        row: Change = journal_row(journal)
        pk = f"{row.item['pk']}#{drawn[0] % 16}"
        return put({**row.item, "pk": pk}).absent().otherwise(row.error or Conflict())

    journal_row = STORE.rows.journal_row
    with (
        patch.object(Books, "post", planted),
        patch.object(STORE.rows, "shard_of", lambda _, shards: drawn[0] % shards),
        patch.object(STORE.books, "journal_row", in_its_shard),
    ):
        yield


@BUGS
def leg_not_written() -> Iterator[None]:
    """The journal names it, and its balance stays as it was."""
    commit = Table.commit

    def planted(self: Table, changes: Iterable[Change], *given: Any, **named: Any) -> Any:
        listed = list(changes)
        balances = [one for one in listed if one.key[0].startswith("BALANCE#")]
        return commit(self, [one for one in listed if one not in balances[3:4]], *given, **named)

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def balances_after_the_journal() -> Iterator[None]:
    """First it is written what happened, then what follows from it."""
    commit = Table.commit

    def planted(
        self: Table, changes: Iterable[Change], events: Sequence[Event] = (), receipt: Receipt | None = None
    ) -> Any:
        listed = list(changes)
        later = [one for one in listed if one.key[0].startswith("BALANCE#")]
        commit(self, [one for one in listed if one not in later], events, receipt)
        return commit(self, later) if later else []

    with patch.object(Table, "commit", planted):
        yield


@BUGS
def state_before_its_journal() -> Iterator[None]:
    """Hold and sale are changed, and then the money is moved."""
    post = Books.post

    def planted(self: Books, fact: Fact, changes: Iterable[Change] = (), told: Sequence[Event] = ()) -> Journal:
        if listed := list(changes):
            self.table.commit(listed)
        return post(self, fact, (), told)

    with patch.object(Books, "post", planted):
        yield


@BUGS
def two_refunds_at_once() -> Iterator[None]:
    """A sale is written back without a look whether it is still as it was read."""
    with unguarded(STORE.sales, "sale_row"):
        yield


@BUGS
def refunded_at_every_try() -> Iterator[None]:
    """A refund that is asked for again is another one."""
    with patch.object(SaleRefunded, "identity", ("refund_id", "seller_order_id", "at")):
        yield


@BUGS
def released_although_frozen() -> Iterator[None]:
    """A dispute is no reason to keep a seller waiting."""
    released = RULES.standing.released

    def planted(kept: Standing, now: Any) -> Any:
        done = released(kept.model_copy(update={"freezes": []}), now)
        return done and (done[0].model_copy(update={"freezes": kept.freezes}), done[1])

    with patch.object(RULES.standing, "released", planted):
        yield


@BUGS
def refusal_swallowed() -> Iterator[None]:
    """Whatever the table says, the fact is taken for told."""

    def planted(self: Books, fact: Fact) -> Journal:
        with suppress(Conflict):
            self.post(fact)
        return journal_of(fact)

    with patch.object(Books, "record", planted):
        yield


@BUGS
def statement_overwritten() -> Iterator[None]:
    """Two who add to one statement: the second knows nothing of the first one's line."""
    with unguarded(STORE.statements, "_totals_row"):
        yield


@BUGS
def told_twice_in_a_statement() -> Iterator[None]:
    """Every delivery of an event is news."""
    with patch.object(STORE.statements.Statements, "_has", lambda *_: False):
        yield


@BUGS
def one_pair_of_eyes() -> Iterator[None]:
    """Whoever agrees first has agreed for both."""
    with patch.object(RULES.withdrawals, "FOUR_EYES", 1):
        yield


@BUGS
def agreed_to_by_the_store() -> Iterator[None]:
    """Who is in finance may agree, wherever else they work."""
    with patch.object(RULES.people, "involved", lambda persons, since: frozenset()):
        yield


@BUGS
def day_not_given_back() -> Iterator[None]:
    """What was denied counts for the day as if it had left."""
    with patch.object(STORE.withdrawals, "_given_back", lambda before, after: []):
        yield


@BUGS
def still_in_the_queue() -> Iterator[None]:
    """What was decided goes on waiting for a decision."""
    rows = STORE.withdrawals._rows

    def planted(*given: Any) -> list[Change]:
        return [one for one in rows(*given) if one.kind != "Delete"]

    with patch.object(STORE.withdrawals, "_rows", planted):
        yield
