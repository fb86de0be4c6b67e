"""Metco's own money, as finance tells of it: capital, the bank, taxes, exchange, and debts that nobody will pay."""

from functions.ledger.api.app import api
from functions.ledger.model.bookings import (
    Booking,
    NewBankEntry,
    NewExchange,
    NewWriteOff,
)
from functions.ledger.model.facts.base import Fact
from functions.ledger.rules import bookings as rules
from functions.ledger.store.bookings import bookings
from functions.ledger.store.people import people
from kernel import clock
from kernel.authz import Principal, require
from kernel.http import receipt


@api.post("/v1/ledger/bank-entries", permit="keep_books", status_code=201)
def book_bank_entry(request: NewBankEntry) -> Booking:
    """Book a line of the bank's statement that nobody else tells the books of: capital, Stripe, taxes."""
    me = require("keep_books")
    return _booked(rules.bank_entry(request, clock.now()), request.reference, me)


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
