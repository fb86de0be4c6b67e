"""What finance tells of Metco's own money, in the books, with the track of who told it."""

from functools import cache

from functions.ledger import events
from functions.ledger.model.bookings import Booking, DebtIsLess
from functions.ledger.model.facts.base import Fact
from functions.ledger.model.standing import BalanceMoved
from functions.ledger.store.books import books
from kernel.table import Receipt


class Bookings:
    def book(self, fact: Fact, made: Booking, by: str, receipt: Receipt | None) -> None:
        """Told again under another key, it is refused: it is in the books already."""
        acted = events.acted(by, f"book_{made.kind}", made.journal_id, 1)
        try:
            books().post(fact, told=[acted], receipt=receipt)
        except BalanceMoved:  # of all of them, only a debt has a floor
            raise DebtIsLess() from None


@cache
def bookings() -> Bookings:
    return Bookings()
