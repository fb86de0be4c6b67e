"""Stock as its seller sees it."""

from functions.inventory.model.items import Stock, StockAt, StockLine
from functions.inventory.model.levels import Told
from functions.inventory.model.locations import Location
from functions.inventory.model.names import ItemId
from functions.inventory.rules.levels import level_of
from functions.inventory.rules.takings import Scene, available

GIVEN_UP = "Given up"  # a location that is no more, with something still there: it can be moved out


def stock(scene: Scene, item: ItemId) -> Stock:
    kept, locations = scene.item(item), scene.locations[item.store_id]
    there = available(scene, item)
    known = {one.location_id: one for one in locations.items}
    at = [_at(scene, item, known.get(location), location) for location in sorted(kept.places)]
    reserved = sum(shard.reserved for shard in scene.shards[item])
    counted = there if there is not None else 0
    return Stock(
        store_id=item.store_id,
        variant_id=item.variant_id,
        tracked=kept.tracked,
        offered=kept.offered,
        level=level_of(kept, there, closed=locations.closed),
        available=counted,
        reserved=reserved,
        on_hand=counted + reserved,
        low_at=kept.low_at,
        beyond=kept.beyond,
        parts=kept.parts,
        locations=at,
    )


def _at(scene: Scene, item: ItemId, location: Location | None, location_id: str) -> StockAt:
    here = [shard for shard in scene.shards[item] if shard.location_id == location_id]
    return StockAt(
        location_id=location_id,
        name=location.name if location else GIVEN_UP,
        active=location.active if location else False,
        available=sum(shard.available for shard in here),
        reserved=sum(shard.reserved for shard in here),
        shards=len(here),
    )


def line(told: Told) -> StockLine:
    return StockLine(
        variant_id=told.variant_id,
        level=told.level,
        available=told.available,
        tracked=told.tracked,
        offered=told.offered,
    )
