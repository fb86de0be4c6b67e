"""Journals of buyers' credits: bought, given, passed on, set aside, converted, charged back."""

from collections.abc import Iterator

from functions.ledger.model import accounts as on
from functions.ledger.model.facts.credits import (
    CreditsConverted,
    CreditsGifted,
    CreditsGranted,
    CreditsHeld,
    HoldReleased,
)
from functions.ledger.model.facts.payments import CreditsBought, CreditsChargedBack
from functions.ledger.rules.journals.book import Entry, books, credit, debit, from_what_there_is
from kernel.money import Money


@books(CreditsBought)
def credits_bought(fact: CreditsBought) -> Iterator[Entry]:
    yield debit(on.STRIPE_PENDING, fact.paid)
    yield from _exchanged(fact.paid, fact.credits)
    yield credit(on.credits_of(fact.buyer_id), fact.credits)


@books(CreditsConverted)
def credits_converted(fact: CreditsConverted) -> Iterator[Entry]:
    yield debit(on.credits_of(fact.buyer_id), fact.given)
    yield from _exchanged(fact.given, fact.received)
    yield credit(on.credits_of(fact.buyer_id), fact.received)


def _exchanged(given: Money, received: Money) -> Iterator[Entry]:
    """No journal adds amounts of two currencies: each is whole by itself, against what is open in it."""
    if given.currency != received.currency:
        yield credit(on.position(given.currency), given)
        yield debit(on.position(received.currency), received)


@books(CreditsChargedBack)
def credits_charged_back(fact: CreditsChargedBack) -> Iterator[Entry]:
    there, owed = on.credits_of(fact.buyer_id), on.debt("buyer", fact.buyer_id)
    yield from from_what_there_is(there, owed, fact.amount, fact.available)
    yield credit(on.DISPUTES_OPEN, fact.amount)


@books(CreditsGranted)
def credits_granted(fact: CreditsGranted) -> Iterator[Entry]:
    yield debit(on.PROMOTIONS, fact.amount)
    yield credit(on.credits_of(fact.buyer_id), fact.amount)


@books(CreditsGifted)
def credits_gifted(fact: CreditsGifted) -> Iterator[Entry]:
    yield debit(on.credits_of(fact.giver_id), fact.amount)
    yield credit(on.credits_of(fact.receiver_id), fact.amount)


@books(CreditsHeld)
def credits_held(fact: CreditsHeld) -> Iterator[Entry]:
    yield debit(on.credits_of(fact.buyer_id), fact.amount)
    yield credit(on.hold(fact.hold_id), fact.amount)


@books(HoldReleased)
def hold_released(fact: HoldReleased) -> Iterator[Entry]:
    yield debit(on.hold(fact.hold_id), fact.amount)
    yield credit(on.credits_of(fact.buyer_id), fact.amount)
