"""Guests in identity's table: nothing of them until somebody takes one over.

GUEST#<id>   -   whose account the guest's things went to
"""

from functools import cache

from functions.identity import events
from functions.identity.model.guests import GuestTaken
from functions.identity.rules import guests as rules
from kernel import clock
from kernel.events import Event
from kernel.table import Receipt, Table, put


class Guests:
    def __init__(self) -> None:
        self._table = Table()

    def taken_by(self, guest_id: str) -> str | None:
        item = self._table.get(f"GUEST#{guest_id}", "-")
        return item["user_id"] if item else None

    def absorb(self, guest_id: str, user_id: str, receipt: Receipt | None) -> None:
        """Once: of two accounts that try, one gets the basket."""
        expires = clock.epoch_s(clock.now() + 2 * rules.LIFE)
        item = {"pk": f"GUEST#{guest_id}", "sk": "-", "user_id": user_id, "ttl": expires}
        told = events.GuestAbsorbed(guest_id=guest_id, user_id=user_id)
        self._table.commit([put(item).absent().otherwise(GuestTaken())], [Event(told, guest_id, 1)], receipt)


@cache
def guests() -> Guests:
    return Guests()
