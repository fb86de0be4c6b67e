"""From a fact to its journal: who books which fact, and how legs become a journal."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Journal, Leg
from kernel.ids import derived_id
from kernel.money import Money

Entry = tuple[str, Money]
Booked = TypeVar("Booked", bound=Fact)
Book = Callable[[Booked], Iterable[Entry]]

FLOWS: dict[type[Fact], Callable[[Any], Iterable[Entry]]] = {}


def books(fact: type[Booked]) -> Callable[[Book[Booked]], Book[Booked]]:
    def register(book: Book[Booked]) -> Book[Booked]:
        if fact in FLOWS:
            raise ValueError(f"{fact.__name__} is booked twice.")
        FLOWS[fact] = book
        return book

    return register


def debit(account: str, amount: Money) -> Entry:
    return account, amount


def credit(account: str, amount: Money) -> Entry:
    return account, -amount


def journal_id(fact: Fact) -> str:
    """The same fact always has the same journal: whoever repeats it finds that it is written."""
    return journal_id_of(type(fact), *(str(getattr(fact, name)) for name in fact.identity))


def journal_id_of(kind: type[Fact], *identity: str) -> str:
    """For whoever asks whether it was written, before reckoning what would be."""
    return derived_id("jrn", kind.kind(), *identity)


def journal_of(fact: Fact) -> Journal:
    """What costs nothing has a journal without legs: it says that it happened."""
    return Journal(
        journal_id=journal_id(fact),
        kind=fact.kind(),
        refs=fact.refs(),
        references=fact.references(),
        legs=list(_legs(FLOWS[type(fact)](fact))),
        occurred_at=fact.at,
    )


def _legs(entries: Iterable[Entry]) -> Iterator[Leg]:
    """One leg an account and currency, in the order of their first mention."""
    sums: dict[tuple[str, str], Money] = {}
    for account, amount in entries:
        key = account, amount.currency
        sums[key] = sums[key] + amount if key in sums else amount
    return (Leg(account=account, amount=amount) for (account, _), amount in sums.items() if amount)


def from_what_there_is(there: str, owed: str, amount: Money, available: Money) -> Iterator[Entry]:
    """Taken from somebody's balance as far as it goes; the rest is a debt."""
    taken = min(amount, available)
    yield debit(there, taken)
    yield debit(owed, amount - taken)
