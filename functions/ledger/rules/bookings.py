"""The facts that follow from what finance tells of Metco's own money."""

from datetime import datetime

from functions.ledger.model.bookings import (
    Booking,
    NewCapital,
    NewExchange,
    NewFundsMove,
    NewTaxRemittance,
    NewWriteOff,
    OwnDebt,
)
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.facts.debts import DebtWrittenOff
from functions.ledger.model.facts.platform import (
    CapitalPaidIn,
    CapitalTakenOut,
    CurrencyExchanged,
    FundsMoved,
    TaxRemitted,
)
from functions.ledger.model.people import Person
from functions.ledger.rules.journals import journal_id


def capital(told: NewCapital, at: datetime) -> Fact:
    kind = CapitalPaidIn if told.direction == "in" else CapitalTakenOut
    return kind(at=at, **told.model_dump(exclude={"direction"}))


def funds_moved(told: NewFundsMove, at: datetime) -> Fact:
    return FundsMoved(at=at, **told.model_dump())


def tax_remitted(told: NewTaxRemittance, at: datetime) -> Fact:
    return TaxRemitted(at=at, **told.model_dump())


def exchanged(told: NewExchange, at: datetime) -> Fact:
    return CurrencyExchanged(at=at, **told.model_dump())


def written_off(told: NewWriteOff, by: Person, at: datetime) -> Fact:
    """`by` with their place in the store that owes."""
    if told.owner_id == by.person_id or (told.owner == "store" and by.place.works):
        raise OwnDebt()
    return DebtWrittenOff(at=at, **told.model_dump())


def booking(fact: Fact, reference: str) -> Booking:
    return Booking(journal_id=journal_id(fact), kind=fact.kind(), reference=reference)
