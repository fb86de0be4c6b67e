"""How a variant is sold and what it consists of: what sellers may change, and what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from functions.inventory.model.items import (
    BUNDLES_PER_PART,
    BundleHasNoStock,
    BundlePartsInvalid,
    LimitInUse,
    Part,
    PartOfBundle,
    SettingsChange,
    Shard,
    StockItem,
    StockSettings,
)
from functions.inventory.model.names import ItemId
from functions.inventory.rules.shards import evenly


def settings(item: StockItem) -> StockSettings:
    return StockSettings(**{name: getattr(item, name) for name in StockSettings.model_fields})


def edited(item: StockItem, change: SettingsChange) -> StockItem:
    told = {name: getattr(change, name) for name in SettingsChange.model_fields}
    return item.model_copy(update={**told, "version": item.version + 1})


def check_sold_by_itself(item: StockItem, change: SettingsChange) -> None:
    """A bundle has no stock that could be divided or promised beyond: its parts have."""
    if item.parts and (change.beyond or change.shards > 1):
        raise BundleHasNoStock()


def credit_of(item: StockItem) -> int:
    return item.beyond.limit if item.beyond else 0


@dataclass(frozen=True, slots=True)
class Turn:
    """What a change of settings does to one shard."""

    shard: Shard
    left: int  # more than before
    credit: int
    born: bool = False


def settled(after: StockItem, shards: Sequence[Shard], default: str) -> tuple[StockItem, list[Turn]]:
    """The limit for orders beyond the stock, and the least number of shards, brought to what is wanted."""
    by_place: dict[str, dict[int, Shard]] = {}
    for shard in shards:
        by_place.setdefault(shard.location_id, {})[shard.number] = shard
    credit, had = credit_of(after), sum(shard.credit for shard in shards)
    if credit > had:
        by_place.setdefault(default, {})
    turns: list[Turn] = []
    for location_id, here in by_place.items():
        more = credit - had if location_id == default else 0
        count = max(len(here), after.shards)
        if not more and count == len(here):
            continue
        turns += _levelled(after.id, location_id, here, count, more)
        if count != after.places.get(location_id):
            after = spread(after, location_id, count).model_copy(update={"version": after.version})
    return after, turns


def _levelled(item: ItemId, location_id: str, here: Mapping[int, Shard], count: int, more: int) -> list[Turn]:
    """As much in each shard of the location, with more, or less, to promise."""
    left = sum(shard.left for shard in here.values()) + more
    if left < 0:
        raise LimitInUse()
    turns: list[Turn] = []
    for number, share in enumerate(evenly(left, count)):
        shard = here.get(number, Shard(item, location_id, number))
        credit = shard.credit + (more if number == 0 else 0)
        if share != shard.left or credit != shard.credit or number not in here:
            turns.append(Turn(shard, share - shard.left, credit, born=number not in here))
    return turns


def bundled(item: StockItem, parts: Sequence[Part], others: Mapping[ItemId, StockItem]) -> StockItem:
    """With these parts. Bundles are one level deep, which rules out cycles as well."""
    named = [part.variant_id for part in parts]
    if len(set(named)) != len(named) or item.variant_id in named or any(other.parts for other in others.values()):
        raise BundlePartsInvalid()
    had = {part.variant_id for part in item.parts}
    crowded = [one for one in others.values() if one.used_in >= BUNDLES_PER_PART and one.variant_id not in had]
    if (parts and item.used_in) or crowded:
        raise PartOfBundle()
    return with_parts(item, parts)


def with_parts(item: StockItem, parts: Sequence[Part]) -> StockItem:
    """A bundle lies nowhere: its parts do."""
    places = {} if parts else item.places
    return item.model_copy(update={"parts": list(parts), "places": places, "version": item.version + 1})


def joined(part: StockItem, by: int) -> StockItem:
    """One bundle more, or less, has it in it."""
    return part.model_copy(update={"used_in": part.used_in + by, "version": part.version + 1})


def spread(item: StockItem, location_id: str, count: int) -> StockItem:
    """Lying in so many shards at a location."""
    places = {**item.places, location_id: count}
    widest = max(item.widest, count)
    return item.model_copy(update={"places": places, "widest": widest, "version": item.version + 1})
