"""A store's locations in their one document."""

from functools import cache

from functions.inventory import events
from functions.inventory.model.locations import LocationInUse, Locations
from functions.inventory.rules import locations as rules
from functions.inventory.store.rows import locations_change, locations_key, read_locations
from kernel.events import Data, Event
from kernel.table import Receipt, Table

PAGE = 100


class StoreLocations:
    def __init__(self) -> None:
        self._table = Table()

    def of(self, store_id: str) -> Locations:
        return read_locations(store_id, self._table.get(*locations_key(store_id)))

    def change(self, before: Locations, after: Locations, told: Data, receipt: Receipt | None) -> None:
        """Which locations serve orders decides what there is of everything: then all of the store is told anew."""
        events_ = [Event(told, _story(after.store_id), after.version)]
        if rules.serving(before) != rules.serving(after) or before.closed != after.closed:
            recount = events.StoreToRecount(store_id=after.store_id)
            events_.append(Event(recount, _story(after.store_id), after.version))
        self._table.commit([locations_change(before, after)], events_, receipt)

    def check_unused(self, store_id: str, location_id: str) -> None:
        """Looked up in an index, which may not know the last second: what then lies there can still be moved out."""
        rows = self._table.every(store_id, "ALL#", index="by_store", at_once=PAGE)
        if any(location_id in row["places"] for row in rows):
            raise LocationInUse()


def _story(store_id: str) -> str:
    return f"{store_id}.locations"


@cache
def locations() -> StoreLocations:
    return StoreLocations()
