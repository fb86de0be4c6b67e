"""Journals of what sellers and buyers owe to Metco."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.debts import DebtNetted, DebtWrittenOff
from functions.ledger.rules.journals.book import Entry, books, credit, debit


@books(DebtNetted)
def debt_netted(fact: DebtNetted) -> Iterator[Entry]:
    there = on.available(fact.owner_id) if fact.owner == "store" else on.credits_of(fact.owner_id)
    yield debit(there, fact.amount)
    yield credit(on.debt(fact.owner, fact.owner_id), fact.amount)


@books(DebtWrittenOff)
def debt_written_off(fact: DebtWrittenOff) -> Iterator[Entry]:
    yield debit(on.LOSSES, fact.amount)
    yield credit(on.debt(fact.owner, fact.owner_id), fact.amount)
