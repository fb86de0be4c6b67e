"""Stores that have left Metco."""

from functools import cache

from functions.inventory import events
from functions.inventory.rules import locations as rules
from functions.inventory.store.locations import locations


class Departures:
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
