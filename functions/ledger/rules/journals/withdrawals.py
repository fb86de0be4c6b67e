"""Journals of money on its way to a seller."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.withdrawals import (
    WithdrawalArrived,
    WithdrawalReleased,
    WithdrawalReserved,
    WithdrawalReturned,
    WithdrawalSent,
    WithdrawalTransferred,
)
from functions.ledger.rules.journals.book import Entry, books, credit, debit

CAME_FROM = {"stripe": on.STRIPE_AVAILABLE, "transit": on.PAYOUTS_IN_TRANSIT, "bank": on.BANK}


@books(WithdrawalReserved)
def withdrawal_reserved(fact: WithdrawalReserved) -> Iterator[Entry]:
    yield debit(on.available(fact.store_id), fact.amount)
    yield credit(on.withdrawal(fact.withdrawal_id), fact.amount)


@books(WithdrawalReleased)
def withdrawal_released(fact: WithdrawalReleased) -> Iterator[Entry]:
    yield debit(on.withdrawal(fact.withdrawal_id), fact.amount)
    yield credit(on.available(fact.store_id), fact.amount)


@books(WithdrawalTransferred)
def withdrawal_transferred(fact: WithdrawalTransferred) -> Iterator[Entry]:
    yield debit(on.withdrawal(fact.withdrawal_id), fact.amount)
    yield credit(on.STRIPE_AVAILABLE, fact.amount)


@books(WithdrawalSent)
def withdrawal_sent(fact: WithdrawalSent) -> Iterator[Entry]:
    yield debit(on.withdrawal(fact.withdrawal_id), fact.amount)
    yield credit(on.PAYOUTS_IN_TRANSIT, fact.amount)


@books(WithdrawalArrived)
def withdrawal_arrived(fact: WithdrawalArrived) -> Iterator[Entry]:
    yield debit(on.PAYOUTS_IN_TRANSIT, fact.amount)
    yield credit(on.BANK, fact.amount)


@books(WithdrawalReturned)
def withdrawal_returned(fact: WithdrawalReturned) -> Iterator[Entry]:
    yield debit(CAME_FROM[fact.came_from], fact.amount)
    yield credit(on.available(fact.store_id), fact.amount)
