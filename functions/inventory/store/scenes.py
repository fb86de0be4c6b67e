"""Reads what decisions about stock are made from: variants, their parts, shards and the stores' locations."""

from collections.abc import Collection, Iterable
from functools import cache

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.names import ItemId
from functions.inventory.rules.locations import default_id
from functions.inventory.rules.takings import Scene
from functions.inventory.store.rows import (
    Key,
    item_key,
    locations_key,
    read_item,
    read_locations,
    read_shard,
    shard_key,
)
from kernel.changes import COMMIT
from kernel.errors import Unavailable
from kernel.table import Item, Table

KEYS_A_CALL = 100  # of BatchGetItem
LOOKS = 8
PATIENCE = 3  # looks that hope for a moment of rest


class Scenes:
    def __init__(self) -> None:
        self._table = Table()

    def read(self, wanted: Collection[ItemId]) -> Scene:
        """One call for what lies undivided at the default location, as most does; one or two more for the rest."""
        stores = dict.fromkeys(item.store_id for item in wanted)
        read = _Read(self._table)
        read.want([*map(locations_key, stores), *(key for item in wanted for key in _first_keys(item))])
        items = {item: read.item(item) for item in wanted}
        parts = {ItemId(one.store_id, part.variant_id) for one in items.values() for part in one.parts} - items.keys()
        read.want(key for item in parts for key in _first_keys(item))
        items |= {item: read.item(item) for item in parts}
        read.want(key for one in items.values() for key in _shard_keys(one))
        return Scene(
            items=items,
            locations={store: read_locations(store, read.rows.get(locations_key(store))) for store in stores},
            shards={item: list(read.shards(one)) for item, one in items.items()},
            stamps={key: row[COMMIT] if row else "" for key, row in read.rows.items()},
        )

    def at_rest(self, wanted: Collection[ItemId]) -> Scene:
        """Read until two looks are alike: then all of it was so at one moment, and no unit was met at two shards.

        What never rests is taken as it was, since whoever moves it tells of it again. But of how it is divided nobody
        tells: that must not have changed while it was read.
        """
        before = self.read(wanted)
        for look in range(LOOKS):
            scene = self.read(wanted)
            if scene.stamps == before.stamps or (look >= PATIENCE and scene.items == before.items):
                return before
            before = scene
        raise Unavailable("The stock is divided anew again and again.")


class _Read:
    """Rows as they come in; what is not there is remembered as None."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.rows: dict[Key, Item | None] = {}

    def want(self, keys: Iterable[Key]) -> None:
        missing = [key for key in dict.fromkeys(keys) if key not in self.rows]
        for start in range(0, len(missing), KEYS_A_CALL):
            some = missing[start : start + KEYS_A_CALL]
            found = self._table.get_many(some)
            self.rows |= {key: found.get(key) for key in some}

    def item(self, item: ItemId) -> StockItem:
        return read_item(item, self.rows[item_key(item)])

    def shards(self, item: StockItem) -> Iterable[Shard]:
        for location_id, count in item.places.items():
            for number in range(count):
                row = self.rows[shard_key(item.id, location_id, number)]
                if row:  # gone since the variant was read: whoever divides or brings together changes both at once
                    yield read_shard(item.id, location_id, number, row)


def _first_keys(item: ItemId) -> list[Key]:
    return [item_key(item), shard_key(item, default_id(item.store_id), 0)]


def _shard_keys(item: StockItem) -> Iterable[Key]:
    return (shard_key(item.id, location, number) for location, count in item.places.items() for number in range(count))


@cache
def scenes() -> Scenes:
    return Scenes()
