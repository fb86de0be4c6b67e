"""The rows of stock and how they change.

STOCK#<store>#<variant>           -          the variant: how it is sold, in how many shards it lies where, its parts
STOCK#<store>#<variant>           LEVEL      what was last told of it
STOCK#<store>#<variant>           IN#<var>   a bundle that it is part of
SHARD#<store>#<variant>#<n>       AT#<loc>   shard n at a location. Each shard is a partition of its own, since DynamoDB
                                             writes about a thousand units a second to one: what sells fast lies in many
MOVES#<store>#<variant>#<n>       <time>#<movement>#<loc>   movements at shard n of a location
LOCATIONS#<store>                 -          a store's locations
RESERVATION#<id>                  -          a reservation
RESERVATION#<id>                  BACK       what came back of it after it was sold
DUE#<what>#<bucket>               <time>#<id>          what the sweep has to do then

by_store: <store>, ALL#<variant> of every variant; <store>, LOW#<variant> or OUT#<variant> of those.
"""

import zlib
from datetime import datetime

from functions.inventory import events
from functions.inventory.model.items import Shard, StockChangedMeanwhile, StockItem
from functions.inventory.model.locations import Locations, LocationsChanged
from functions.inventory.model.movements import Movement
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import TakenMeanwhile
from functions.inventory.rules.locations import none_yet
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, delete, put, update

Key = tuple[str, str]
BUCKETS = 16  # partitions of what is due, so that reservations of a rush do not queue up for one


def stock_pk(item: ItemId) -> str:
    return f"STOCK#{item.store_id}#{item.variant_id}"


def item_key(item: ItemId) -> Key:
    return stock_pk(item), "-"


def shard_key(item: ItemId, location_id: str, number: int) -> Key:
    return f"SHARD#{item.store_id}#{item.variant_id}#{number}", f"AT#{location_id}"


def locations_key(store_id: str) -> Key:
    return f"LOCATIONS#{store_id}", "-"


def moves_pk(item: ItemId, number: int) -> str:
    return f"MOVES#{item.store_id}#{item.variant_id}#{number}"


# Reading


def read_item(item: ItemId, row: Item | None) -> StockItem:
    return StockItem.model_validate(row or {"store_id": item.store_id, "variant_id": item.variant_id})


def read_shard(item: ItemId, location_id: str, number: int, row: Item) -> Shard:
    return Shard(item, location_id, number, row["left"], row["reserved"], row["credit"])


def read_locations(store_id: str, row: Item | None) -> Locations:
    return Locations.model_validate(row) if row else none_yet(store_id)


# Changing


def item_change(before: StockItem, after: StockItem) -> Change:
    pk, sk = item_key(after.id)
    row = after.model_dump(mode="json") | {"parts": [one.model_dump(mode="json") for one in after.parts] or None}
    found = {"by_storepk": after.store_id, "by_storesk": f"ALL#{after.variant_id}"}
    change = put({"pk": pk, "sk": sk, **row, **found})
    guarded = change.when(version=before.version, listed=before.listed) if before.version else change.absent()
    return guarded.otherwise(StockChangedMeanwhile())


def heard_change(before: StockItem, after: StockItem) -> Change:
    """Only which version of its offer was heard of last. The seller's own edits do not depend on it."""
    change = update(*item_key(before.id)).set(listed=after.listed)
    return change.when(version=before.version, listed=before.listed).otherwise(StockChangedMeanwhile())


def locations_change(before: Locations, after: Locations) -> Change:
    pk, sk = locations_key(after.store_id)
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json")})
    guarded = change.when(version=before.version) if before.version else change.absent()
    return guarded.otherwise(LocationsChanged())


def new_shard(shard: Shard) -> Change:
    pk, sk = shard_key(shard.item, shard.location_id, shard.number)
    amounts = {"left": shard.left, "reserved": shard.reserved, "credit": shard.credit}
    return put({"pk": pk, "sk": sk, **amounts}).absent().otherwise(TakenMeanwhile())


def shard_change(item: ItemId, location_id: str, number: int, *, left: int = 0, reserved: int = 0) -> Change:
    """What goes must be there; what comes, must come to a shard that is there."""
    change = update(*shard_key(item, location_id, number)).exists()
    for name, amount in (("left", left), ("reserved", reserved)):
        if amount:
            change = change.add(**{name: amount})
        if amount < 0:
            change = change.at_least(**{name: -amount})
    return change.otherwise(TakenMeanwhile())


def movement_row(movement: Movement, number: int) -> Change:
    item = ItemId(movement.store_id, movement.variant_id)
    at = clock.rfc3339(movement.moved_at)
    row = movement.model_dump(mode="json", exclude_defaults=True) | {"moved_at": at}
    return put(
        {"pk": moves_pk(item, number), "sk": f"{at}#{movement.movement_id}#{movement.location_id}", **row}
    ).absent()


def due(what: str, at: datetime, subject: str, **said: str) -> Change:
    pk, sk = due_key(what, at, subject)
    return put({"pk": pk, "sk": sk, "subject": subject, **said})


def not_due(what: str, at: datetime, subject: str) -> Change:
    return delete(*due_key(what, at, subject))


def due_key(what: str, at: datetime, subject: str) -> Key:
    return due_pk(what, zlib.crc32(subject.encode()) % BUCKETS), f"{clock.rfc3339(at)}#{subject}"


def due_pk(what: str, bucket: int) -> str:
    return f"DUE#{what}#{bucket}"


def moved(items: list[ItemId], aggregate: str, sequence: int) -> Event:
    named = [events.MovedItem(store_id=one.store_id, variant_id=one.variant_id) for one in items]
    return Event(events.StockMoved(items=named), aggregate, sequence)
