"""Journals of Stripe: what it charges, frees, takes, and what belongs to nothing."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.payments import (
    ChargebackAbsorbed,
    ChargebackOpened,
    ChargebackWon,
    FeePassedOn,
    FundsAvailable,
    MoneyUnapplied,
    StripeFeeCharged,
    TransferReversed,
    UnappliedChargedBack,
    UnappliedReturned,
)
from functions.ledger.rules.journals.book import Entry, books, credit, debit, from_what_there_is


@books(FundsAvailable)
def funds_available(fact: FundsAvailable) -> Iterator[Entry]:
    yield debit(on.STRIPE_AVAILABLE, fact.amount)
    yield credit(on.STRIPE_PENDING, fact.amount)


@books(StripeFeeCharged)
def stripe_fee_charged(fact: StripeFeeCharged) -> Iterator[Entry]:
    yield debit(on.STRIPE_FEES, fact.amount)
    yield credit(on.STRIPE_AVAILABLE if fact.from_available else on.STRIPE_PENDING, fact.amount)


@books(MoneyUnapplied)
def money_unapplied(fact: MoneyUnapplied) -> Iterator[Entry]:
    yield debit(on.STRIPE_PENDING, fact.amount)
    yield credit(on.unapplied(fact.payment_id), fact.amount)


@books(UnappliedReturned)
def unapplied_returned(fact: UnappliedReturned) -> Iterator[Entry]:
    yield debit(on.unapplied(fact.payment_id), fact.amount)
    yield credit(on.REFUNDS_IN_TRANSIT, fact.amount)


@books(UnappliedChargedBack)
def unapplied_charged_back(fact: UnappliedChargedBack) -> Iterator[Entry]:
    taken = min(fact.amount, fact.available)
    yield debit(on.unapplied(fact.payment_id), taken)
    yield debit(on.LOSSES, fact.amount - taken)
    yield credit(on.DISPUTES_OPEN, fact.amount)


@books(ChargebackOpened)
def chargeback_opened(fact: ChargebackOpened) -> Iterator[Entry]:
    yield debit(on.DISPUTES_OPEN, fact.amount)
    yield debit(on.DISPUTE_FEES, fact.fee)
    yield credit(on.STRIPE_AVAILABLE, fact.amount + fact.fee)


@books(ChargebackWon)
def chargeback_won(fact: ChargebackWon) -> Iterator[Entry]:
    yield debit(on.STRIPE_AVAILABLE, fact.amount + fact.fee_returned)
    yield credit(on.DISPUTES_OPEN, fact.amount)
    yield credit(on.DISPUTE_FEES, fact.fee_returned)


@books(ChargebackAbsorbed)
def chargeback_absorbed(fact: ChargebackAbsorbed) -> Iterator[Entry]:
    yield debit(on.LOSSES, fact.amount)
    yield credit(on.DISPUTES_OPEN, fact.amount)


@books(FeePassedOn)
def fee_passed_on(fact: FeePassedOn) -> Iterator[Entry]:
    there, owed = on.available(fact.store_id), on.debt("store", fact.store_id)
    yield from from_what_there_is(there, owed, fact.amount, fact.available)
    yield credit(on.STRIPE_FEES if fact.fee == "payment" else on.DISPUTE_FEES, fact.amount)


@books(TransferReversed)
def transfer_reversed(fact: TransferReversed) -> Iterator[Entry]:
    yield debit(on.STRIPE_AVAILABLE, fact.amount)
    yield credit(on.available(fact.store_id), fact.amount)
