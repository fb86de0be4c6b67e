"""Stores and people that have left Metco."""

from functools import cache

from functions.inventory import events
from functions.inventory.rules import locations as rules
from functions.inventory.store.locations import locations
from kernel.table import Table, receipts_of


class Departures:
    def __init__(self) -> None:
        self._table = Table()

    def forget(self, user_id: str) -> None:
        """What somebody was answered goes with them; that a certain id moved goods once stays in the books."""
        self._table.empty(receipts_of(user_id))

    def close(self, store_id: str) -> None:
        """Its places are forgotten, nothing of it can be ordered, and that is told of everything it had."""
        before = locations().of(store_id)
        if before.closed:
            return
        [own] = rules.none_yet(store_id).items
        told = events.LocationChanged(store_id=store_id, location_id=own.location_id, how="removed")
        locations().change(before, rules.closed(before), told, None)


@cache
def departures() -> Departures:
    return Departures()
