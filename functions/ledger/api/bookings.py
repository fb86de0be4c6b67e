"""Metco's own money, as finance tells of it: capital, the bank, taxes, exchange, and debts that nobody will pay."""

from functions.ledger.api.app import api
from functions.ledger.model.bookings import (
    Booking,
    NewCapital,
    NewExchange,
    NewFundsMove,
    NewTaxRemittance,
    NewWriteOff,
)
from functions.ledger.model.facts.base import Fact
from functions.ledger.rules import bookings as rules
from functions.ledger.store.bookings import bookings
from functions.ledger.store.people import people
from kernel import clock
from kernel.authz import Principal, require
from kernel.http import receipt


@api.post("/v1/ledger/capital", permit="keep_books", status_code=201)
def book_capital(request: NewCapital) -> Booking:
    """The owners put money into the bank account, or took some out. Gifts and reductions are paid from it."""
    me = require("keep_books")
    return _booked(rules.capital(request, clock.now()), request.reference, me)


@api.post("/v1/ledger/funds-moves", permit="keep_books", status_code=201)
def book_funds_move(request: NewFundsMove) -> Booking:
    """Money arrived in the bank account from Stripe, or the other way."""
    me = require("keep_books")
    return _booked(rules.funds_moved(request, clock.now()), request.reference, me)


@api.post("/v1/ledger/tax-remittances", permit="keep_books", status_code=201)
def book_tax_remittance(request: NewTaxRemittance) -> Booking:
    """A tax office was paid, from the bank account."""
    me = require("keep_books")
    return _booked(rules.tax_remitted(request, clock.now()), request.reference, me)


@api.post("/v1/ledger/exchanges", permit="keep_books", status_code=201)
def book_exchange(request: NewExchange) -> Booking:
    """The bank exchanged what conversions of credits had left open."""
    me = require("keep_books")
    return _booked(rules.exchanged(request, clock.now()), request.reference, me)


@api.post("/v1/ledger/write-offs", permit="keep_books", status_code=201)
def write_off_debt(request: NewWriteOff) -> Booking:
    """What a store or a buyer owes will not be paid: it is Metco's loss."""
    me = require("keep_books")
    [person] = people().persons([me.id], request.owner_id)
    return _booked(rules.written_off(request, person, clock.now()), request.reference, me)


def _booked(fact: Fact, reference: str, me: Principal) -> Booking:
    made = rules.booking(fact, reference)
    bookings().book(fact, made, me.id, receipt(made, 201))
    return made
