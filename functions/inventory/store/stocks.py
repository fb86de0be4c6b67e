"""What sellers do with their stock, settings, bundles and movements; and what they see of it."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache

from functions.inventory.model.items import (
    BundleHasStock,
    Part,
    SettingsChange,
    Shard,
    StockChangedMeanwhile,
    StockItem,
    TooScattered,
)
from functions.inventory.model.movements import MovedMeanwhile, Movement, Movements
from functions.inventory.model.names import ItemId, MovementKind
from functions.inventory.model.reservations import TakenMeanwhile
from functions.inventory.rules import items as rules
from functions.inventory.rules import movements as moving
from functions.inventory.rules.items import Turn
from functions.inventory.rules.locations import default_id
from functions.inventory.rules.takings import Scene
from functions.inventory.store.rows import (
    item_change,
    item_key,
    locations_key,
    moved,
    movement_row,
    moves_pk,
    new_shard,
    read_item,
    shard_change,
    shard_key,
    stock_pk,
)
from functions.inventory.store.scenes import scenes
from functions.inventory.store.shards import to_gather
from kernel import ids
from kernel.cursors import CursorInvalid
from kernel.events import Event
from kernel.table import Change, Receipt, Table, check, delete, put, update

TRIES = 8
MOST_CHANGES = 97  # of the hundred of a transaction: the event and the receipt are among them


class Stocks:
    def __init__(self) -> None:
        self._table = Table()

    def item(self, item: ItemId) -> StockItem:
        return read_item(item, self._table.get(*item_key(item)))

    def move(self, item: ItemId, movements: Sequence[Movement], receipt: Receipt | None) -> None:
        """Goods that came, went, or lie elsewhere now. Where somebody was faster, the shards are looked at again."""
        for _ in range(TRIES):
            scene = scenes().read([item])
            moving.check_movable(scene.item(item), scene.locations[item.store_id], movements)
            changes = movement_changes(scene, item, movements)
            with suppress(TakenMeanwhile, StockChangedMeanwhile):
                self._table.commit(changes, [moved([item], movements[0].movement_id, 1)], receipt)
                return
        raise MovedMeanwhile()

    def settle(self, before: StockItem, change: SettingsChange, receipt: Receipt | None) -> StockItem:
        """How it is sold, and with that what may be promised beyond what there is, and over how many shards it lies."""
        rules.check_sold_by_itself(before, change)
        for _ in range(TRIES):
            scene = scenes().read([before.id])
            if scene.item(before.id).version != before.version:
                raise StockChangedMeanwhile()
            after, turns = rules.settled(
                rules.edited(before, change), scene.shards[before.id], default_id(before.store_id)
            )
            changes = [item_change(before, after), *map(_turned, turns), *to_gather(after)]
            if len(changes) > MOST_CHANGES:
                raise TooScattered()
            with suppress(TakenMeanwhile):
                self._table.commit(changes, [_resaid(after)], receipt)
                return after
        raise MovedMeanwhile()

    def bundle(self, before: StockItem, parts: Sequence[Part], receipt: Receipt | None) -> StockItem:
        """Make it of these parts. Each part knows its bundles, so that what moves it is told of them as well."""
        store_id = before.store_id
        old, new = ({ItemId(store_id, one.variant_id) for one in some} for some in (before.parts, parts))
        scene = scenes().read([before.id, *(old | new)])
        if scene.item(before.id).version != before.version:
            raise StockChangedMeanwhile()
        after = rules.bundled(before, parts, {one: scene.item(one) for one in new})
        shards = scene.shards[before.id] if parts else ()
        if any(shard.left or shard.reserved for shard in shards):
            raise BundleHasStock()
        changes = [
            item_change(before, after),
            *(_gone(shard) for shard in shards),
            *(_joined(scene.item(one), 1) for one in new - old),
            *(_joined(scene.item(one), -1) for one in old - new),
            *(put({"pk": stock_pk(one), "sk": f"IN#{before.variant_id}"}) for one in new - old),
            *(delete(stock_pk(one), f"IN#{before.variant_id}") for one in old - new),
        ]
        if len(changes) > MOST_CHANGES:
            raise TooScattered()
        self._table.commit(changes, [_resaid(after, *sorted(new - old))], receipt)
        return after

    def movements(
        self, item: StockItem, *, kind: MovementKind | None, location_id: str | None, limit: int, cursor: str | None
    ) -> Movements:
        """The newest first, out of as many partitions as the stock was ever divided over."""
        before = _opened(cursor) if cursor else ""
        rows = [
            row
            for number in range(item.widest)
            for row in self._table.query(moves_pk(item.id, number), newest_first=True, limit=limit, before=before).items
        ]
        newest = sorted(rows, key=lambda row: str(row["sk"]), reverse=True)[:limit]
        read = [Movement.model_validate(row) for row in newest]
        shown = [
            one
            for one in read
            if (not kind or one.kind == kind) and (not location_id or one.location_id == location_id)
        ]
        return Movements(items=shown, cursor=_sealed(newest[-1]["sk"]) if len(newest) == limit else None)


@cache
def stocks() -> Stocks:
    return Stocks()


def movement_changes(
    scene: Scene, item: ItemId, movements: Sequence[Movement], also: StockItem | None = None
) -> list[Change]:
    """Shards, movements, and the variant itself where it lies at a location for the first time or `also` changes."""
    before = scene.item(item)
    after = moving.housed(also or before, movements)
    if after.places != before.places or also:
        after = after.model_copy(update={"version": before.version + 1})
    there = {(one.location_id, one.number): one for one in scene.shards[item]}
    deltas = moving.deltas(movements, after.places, scene.shards[item])
    born = [
        Shard(item, location_id, number, deltas.pop((location_id, number), 0))
        for location_id in after.places.keys() - before.places.keys()
        for number in range(after.places[location_id])
    ]
    return [
        *([item_change(before, after)] if after != before else []),
        *_still_there(scene, item, {one.location_id for one in born}),
        *map(new_shard, born),
        *(_shifted(item, where, units, there.get(where)) for where, units in deltas.items()),
        *(movement_row(one, 0) for one in movements),
    ]


def _still_there(scene: Scene, item: ItemId, locations: Iterable[str]) -> list[Change]:
    """Nobody may give up a location while goods come to it for the first time."""
    if not set(locations) - {default_id(item.store_id)}:
        return []
    known = scene.locations[item.store_id]
    return [check(*locations_key(item.store_id)).when(version=known.version).otherwise(StockChangedMeanwhile())]


def _shifted(item: ItemId, where: tuple[str, int], units: int, shard: Shard | None) -> Change:
    """What goes is taken of what is there, never of what may be promised beyond it."""
    change = shard_change(item, *where, left=units)
    if units < 0 and shard and shard.credit:
        change = change.at_least(left=shard.credit - units).when(credit=shard.credit)
    return change


def _turned(turn: Turn) -> Change:
    shard = turn.shard
    if turn.born:
        return new_shard(Shard(shard.item, shard.location_id, shard.number, turn.left, 0, turn.credit))
    change = update(*shard_key(shard.item, shard.location_id, shard.number)).set(credit=turn.credit)
    if turn.left:
        change = change.add(left=turn.left)
    if turn.left < 0:
        change = change.at_least(left=-turn.left)
    return change.when(credit=shard.credit).otherwise(TakenMeanwhile())


def _gone(shard: Shard) -> Change:
    key = shard_key(shard.item, shard.location_id, shard.number)
    return delete(*key).when(left=0, reserved=0).otherwise(BundleHasStock())


def _joined(part: StockItem, by: int) -> Change:
    return item_change(part, rules.joined(part, by))


def _resaid(after: StockItem, *parts: ItemId) -> Event:
    """Nothing moved, but what the amounts mean may be different. Told under the settings' own name and version.

    A bundle's parts are told of with it: of some, nobody may have heard before.
    """
    return moved([after.id, *parts], ids.derived_id("set", *after.id), after.version)


def _sealed(sk: str) -> str:
    return base64.urlsafe_b64encode(sk.encode()).decode().rstrip("=")


def _opened(cursor: str) -> str:
    """Only a moment in the list of the one variant that was asked for: there is nothing to forge."""
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise CursorInvalid() from None
