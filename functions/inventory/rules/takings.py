"""What a basket takes, and from where: the whole decision of a reservation."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.locations import Locations
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import TAKINGS, BasketTooScattered, Line, OutOfStock, Short, Taking
from functions.inventory.rules.locations import serving

Place = tuple[str, int]  # a location and the number of a shard there


@dataclass(frozen=True)
class Scene:
    """All that was read to decide. `stamps` has the last writer of every row: two alike mean that nothing moved."""

    items: Mapping[ItemId, StockItem]
    locations: Mapping[str, Locations]
    shards: Mapping[ItemId, Sequence[Shard]]
    stamps: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def item(self, item: ItemId) -> StockItem:
        return self.items.get(item) or StockItem(store_id=item.store_id, variant_id=item.variant_id)

    def serving(self, store_id: str) -> list[str]:
        return serving(self.locations[store_id])


def plan(scene: Scene, lines: Sequence[Line], lot: str) -> list[Taking]:
    """All lines or none. `lot` chooses among shards: the same lot always meets the same ones first."""
    turn = zlib.crc32(lot.encode())
    takings: list[Taking] = []
    missing: set[ItemId] = set()
    for item, quantity in demanded(scene, lines).items():
        taken = take(scene.shards.get(item, ()), scene.serving(item.store_id), quantity, turn)
        if taken is None:
            missing.add(item)
        else:
            takings += taken
    short = [shortage(scene, line) for line in lines if is_short(scene, line, missing)]
    if short:
        raise OutOfStock(short)
    if len(takings) > TAKINGS:
        raise BasketTooScattered()
    return takings


def demanded(scene: Scene, lines: Sequence[Line]) -> dict[ItemId, int]:
    """Units by what really lies somewhere: a bundle is its parts, and a part may be in the basket by itself as well."""
    sums: dict[ItemId, int] = {}
    for line in lines:
        for part, quantity in components(scene.item(line.item)).items():
            if scene.item(part).tracked:
                sums[part] = sums.get(part, 0) + quantity * line.quantity
    return sums


def components(item: StockItem) -> dict[ItemId, int]:
    return {ItemId(item.store_id, part.variant_id): part.quantity for part in item.parts} or {item.id: 1}


def is_short(scene: Scene, line: Line, missing: set[ItemId]) -> bool:
    if scene.locations[line.store_id].closed or not scene.item(line.item).offered:
        return True
    return any(part in missing for part in components(scene.item(line.item)))


def shortage(scene: Scene, line: Line) -> Short:
    left = promisable(scene, line.item)
    asked = line.quantity
    return Short(store_id=line.store_id, variant_id=line.variant_id, asked=asked, left=min(asked, max(0, left)))


def promisable(scene: Scene, item: ItemId) -> int:
    """How many more could be ordered, beyond what there is included. Of what is not tracked: as many as one likes."""
    if scene.locations[item.store_id].closed or not scene.item(item).offered:
        return 0
    counts = [
        sum(shard.left for shard in scene.shards.get(part, ()) if shard.location_id in scene.serving(item.store_id))
        // quantity
        for part, quantity in components(scene.item(item)).items()
        if scene.item(part).tracked
    ]
    return min(counts) if counts else 2**31


def available(scene: Scene, item: ItemId) -> int | None:
    """What is not promised, at active locations; of a bundle, how many its parts make. None: no limit."""
    counts = [
        sum(
            shard.available for shard in scene.shards.get(part, ()) if shard.location_id in scene.serving(part.store_id)
        )
        // quantity
        for part, quantity in components(scene.item(item)).items()
        if scene.item(part).tracked
    ]
    return min(counts) if counts else None


def take(shards: Sequence[Shard], order: Sequence[str], quantity: int, turn: int) -> list[Taking] | None:
    """From the first location that has all of it, else from several; what there is before what is only expected.

    What there is counts by location: where it is divided one shard keeps the credit, and all have of what is left.
    """
    at = {location: rotated([one for one in shards if one.location_id == location], turn) for location in order}
    stock = {location: max(0, sum(one.available for one in here)) for location, here in at.items()}
    whole = [location for location in order if stock[location] >= quantity][:1]
    taken: dict[Place, int] = {}
    for location in whole or order:
        _draw(taken, at[location], min(quantity - sum(taken.values()), stock[location]))
    for here in at.values():
        if any(one.credit for one in here):
            _draw(taken, here, quantity - sum(taken.values()))
    if sum(taken.values()) < quantity:
        return None
    item = shards[0].item
    return [
        Taking(store_id=item.store_id, variant_id=item.variant_id, location_id=where, shard=number, quantity=units)
        for (where, number), units in taken.items()
    ]


def _draw(taken: dict[Place, int], here: Sequence[Shard], units: int) -> None:
    """From one shard, if there is one that has so many, else from all in turn; as far as it goes."""
    places = {(one.location_id, one.number): one.left for one in here}
    left = {place: there - taken.get(place, 0) for place, there in places.items()}
    enough = [place for place in left if left[place] >= units]
    for place in enough[:1] or left:
        drawn = min(units, left[place])
        if drawn > 0:
            taken[place] = taken.get(place, 0) + drawn
            units -= drawn


def stocked(shard: Shard) -> int:
    return max(0, shard.available)


def rotated(shards: Sequence[Shard], turn: int) -> list[Shard]:
    """Everybody begins at another shard, so that rivals spread over them."""
    ordered = sorted(shards, key=lambda one: one.number)
    start = turn % len(ordered) if ordered else 0
    return ordered[start:] + ordered[:start]
