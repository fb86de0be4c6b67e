"""The facts that follow from what finance tells of Metco's own money."""

from datetime import datetime
from typing import Any

from functions.ledger.model.bookings import (
    Booking,
    NewBankEntry,
    NewExchange,
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


def bank_entry(told: NewBankEntry, at: datetime) -> Fact:
    said: dict[str, Any] = {"at": at, "reference": told.reference, "amount": told.amount}
    match told.line:
        case "capital_in":
            return CapitalPaidIn(**said)
        case "capital_out":
            return CapitalTakenOut(**said)
        case "from_stripe":
            return FundsMoved(**said, to="bank")
        case "to_stripe":
            return FundsMoved(**said, to="stripe")
        case "sales_tax":
            return TaxRemitted(**said, of="sales")
        case "commission_tax":
            return TaxRemitted(**said, of="commission")


def exchanged(told: NewExchange, at: datetime) -> Fact:
    return CurrencyExchanged(at=at, **told.model_dump())


def written_off(told: NewWriteOff, by: Person, at: datetime) -> Fact:
    """`by` with their place in the store that owes."""
    if told.owner_id == by.person_id or (told.owner == "store" and by.place.works):
        raise OwnDebt()
    return DebtWrittenOff(at=at, **told.model_dump())


def booking(fact: Fact, reference: str) -> Booking:
    return Booking(journal_id=journal_id(fact), kind=fact.kind(), reference=reference)
