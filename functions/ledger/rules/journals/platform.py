"""Journals of the platform's own money."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.platform import (
    CapitalPaidIn,
    CapitalTakenOut,
    CurrencyExchanged,
    FundsMoved,
    TaxRemitted,
)
from functions.ledger.rules.journals.book import Entry, books, credit, debit


@books(CapitalPaidIn)
def capital_paid_in(fact: CapitalPaidIn) -> Iterator[Entry]:
    yield debit(on.BANK, fact.amount)
    yield credit(on.CAPITAL, fact.amount)


@books(CapitalTakenOut)
def capital_taken_out(fact: CapitalTakenOut) -> Iterator[Entry]:
    yield debit(on.CAPITAL, fact.amount)
    yield credit(on.BANK, fact.amount)


@books(FundsMoved)
def funds_moved(fact: FundsMoved) -> Iterator[Entry]:
    to, of = (on.BANK, on.STRIPE_AVAILABLE) if fact.to == "bank" else (on.STRIPE_AVAILABLE, on.BANK)
    yield debit(to, fact.amount)
    yield credit(of, fact.amount)


@books(TaxRemitted)
def tax_remitted(fact: TaxRemitted) -> Iterator[Entry]:
    yield debit(on.TAX_PAYABLE if fact.of == "sales" else on.COMMISSION_TAX, fact.amount)
    yield credit(on.BANK, fact.amount)


@books(CurrencyExchanged)
def currency_exchanged(fact: CurrencyExchanged) -> Iterator[Entry]:
    yield debit(on.position(fact.given.currency), fact.given)
    yield credit(on.BANK, fact.given)
    yield debit(on.BANK, fact.received)
    yield credit(on.position(fact.received.currency), fact.expected)
    yield credit(on.FX_GAIN_LOSS, fact.received - fact.expected)
