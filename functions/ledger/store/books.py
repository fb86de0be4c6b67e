"""The books in their table: a journal, every balance it changes and its event, in one transaction."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache

from functions.ledger import events
from functions.ledger.model.accounts import kind_of
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Journal
from functions.ledger.model.standing import AlreadyPosted, PostedOtherwise
from functions.ledger.rules.journals import journal_of
from functions.ledger.store.rows import balance_change, balance_keys, journal_key, journal_row, read_journal
from kernel.events import Event
from kernel.money import Money
from kernel.table import Change, Receipt, Table


class Books:
    def __init__(self) -> None:
        self.table = Table(keep_events=True)

    def record(self, fact: Fact) -> Journal:
        """A fact that nothing else hangs on: told again, nothing happens."""
        with suppress(AlreadyPosted):
            self.post(fact)
        return journal_of(fact)

    def post(
        self,
        fact: Fact,
        changes: Iterable[Change] = (),
        told: Sequence[Event] = (),
        receipt: Receipt | None = None,
    ) -> Journal:
        """Once for a fact, with whatever else changes by it; said again, it is a refusal, and nothing was changed."""
        journal = journal_of(fact)
        try:
            self.table.commit(
                [
                    journal_row(journal),
                    *changes,  # before the balances: who was faster at these says more than what is left there
                    *(balance_change(leg, journal.journal_id) for leg in journal.legs),
                ],
                [_posted(journal), *told],
                receipt,
            )
        except AlreadyPosted:
            kept = self.journal(journal.journal_id)
            if not kept or not kept.moves_as(journal):
                raise PostedOtherwise() from None
            raise
        return journal

    def journal(self, journal_id: str) -> Journal | None:
        row = self.table.get(*journal_key(journal_id))
        return read_journal(row) if row else None

    def balance(self, account: str, currency: str) -> Money:
        """On the account's normal side; of one in shards, not of one moment."""
        keys = balance_keys(account, currency)
        rows = self.table.get_many(keys) if len(keys) > 1 else {keys[0]: self.table.get(*keys[0])}
        return Money(sum(row["balance"] for row in rows.values() if row), currency)

    def signed(self, account: str, currency: str) -> Money:
        """As journals have it: debit positive."""
        return Money(kind_of(account).normal(self.balance(account, currency).minor), currency)


@cache
def books() -> Books:
    return Books()


def _posted(journal: Journal) -> Event:
    legs = [events.PostedLeg(account=leg.account, amount=leg.amount) for leg in journal.legs]
    told = events.JournalPosted(
        journal_id=journal.journal_id,
        kind=journal.kind,
        legs=legs,
        references=journal.references,
        **journal.refs.model_dump(exclude_none=True),
    )
    return Event(told, journal.journal_id, 1)
