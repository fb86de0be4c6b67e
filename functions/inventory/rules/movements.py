"""Goods that come, go and move from place to place, as sellers write them down."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.inventory.model.items import BundleHasNoStock, Shard, StockItem
from functions.inventory.model.locations import Locations
from functions.inventory.model.movements import Movement, NewMovement, NotThatMany, TransferToItself
from functions.inventory.model.names import ItemId
from functions.inventory.rules.items import spread
from functions.inventory.rules.locations import default_id, found
from functions.inventory.rules.shards import evenly
from functions.inventory.rules.takings import stocked

Deltas = dict[tuple[str, int], int]  # location and shard: how many more are left there, or fewer


def written(item: ItemId, request: NewMovement, *, movement_id: str, by: str, now: datetime) -> list[Movement]:
    """One for each location it touches; both sides of a transfer have the same id."""
    here = Movement(
        movement_id=movement_id,
        kind=request.kind,
        store_id=item.store_id,
        variant_id=item.variant_id,
        location_id=request.location_id or default_id(item.store_id),
        available=-request.quantity if request.kind == "transferred" else request.quantity,
        reason=request.reason,
        reference=request.reference,
        moved_by=by,
        moved_at=now.replace(microsecond=now.microsecond // 1000 * 1000),
    )
    if not request.to_location_id:
        return [here]
    if request.to_location_id == here.location_id:
        raise TransferToItself()
    return [here, here.model_copy(update={"location_id": request.to_location_id, "available": request.quantity})]


def check_movable(item: StockItem, locations: Locations, movements: Sequence[Movement]) -> None:
    """Goods come only to where the store has a location; they can still go from one that it has given up."""
    if item.parts:
        raise BundleHasNoStock()
    for movement in movements:
        if movement.available > 0 or movement.location_id not in item.places:
            found(locations, movement.location_id)


def housed(item: StockItem, movements: Sequence[Movement]) -> StockItem:
    """With a place at every location that goods come to."""
    new = [one.location_id for one in movements if one.location_id not in item.places]
    for location_id in dict.fromkeys(new):
        item = spread(item, location_id, item.shards)
    return item


def deltas(movements: Sequence[Movement], places: Mapping[str, int], shards: Sequence[Shard]) -> Deltas:
    """Where it goes: what comes is spread evenly, what goes is taken where most is. `places`: how many shards where."""
    changed: Deltas = {}
    for movement in movements:
        where, units = movement.location_id, movement.available
        if units > 0:
            shares = enumerate(evenly(units, places[where]))
            changed |= {(where, number): share for number, share in shares if share}
        else:
            changed |= _gone([one for one in shards if one.location_id == where], -units)
    return changed


def _gone(here: Sequence[Shard], units: int) -> Deltas:
    """Only what is there and not promised can go."""
    gone: Deltas = {}
    there = sum(one.available for one in here)
    if there < units:
        raise NotThatMany(f"There are only {max(0, there)} at this location that are not promised to somebody.")
    for shard in sorted(here, key=lambda one: (-one.available, one.number)):
        if taken := min(units, stocked(shard)):
            gone[shard.location_id, shard.number] = -taken
            units -= taken
    if units:
        raise NotThatMany()
    return gone


def opening(item: StockItem, quantity: int, available: int) -> int:
    """By how much the stock differs from what the listing says of it. What is promised is not taken back."""
    return max(quantity, 0) - max(available, 0) if item.said != quantity else 0
