"""Divides a variant's stock at a location when many meet there, and brings it together when they have gone."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import TakenMeanwhile
from functions.inventory.rules import items as item_rules
from functions.inventory.rules import shards as rules
from functions.inventory.store.rows import (
    BUCKETS,
    due,
    due_pk,
    item_change,
    new_shard,
    not_due,
    shard_change,
    shard_key,
)
from functions.inventory.store.scenes import scenes
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Change, Table, delete

DUE = "MERGE"
SWEPT_AT_ONCE = 25


class Shards:
    def __init__(self) -> None:
        self._table = Table()

    def divide(self, item: ItemId, location_id: str, number: int) -> int:
        """Hand on part of one shard to new ones; only that one is written, so that the others go on selling.

        Returns in how many shards the stock lies there now. Whoever divides the same at the same moment: one does.
        """
        kept, here = self._at(item, location_id)
        hot = next((one for one in here if one.number == number), None)
        born = rules.born_of(hot, len(here)) if hot else []
        if not hot or not any(born):
            return len(here)
        now, count = clock.now(), len(here) + len(born)
        after = item_rules.spread(kept, location_id, count).model_copy(update={"divided_at": now})
        born_here = enumerate(born, start=len(here))
        self._table.commit(
            [
                item_change(kept, after),
                shard_change(item, location_id, number, left=-sum(born)),
                *(new_shard(Shard(item, location_id, place, left)) for place, left in born_here),
                due(DUE, now + rules.QUIET, _subject(item, location_id)),
            ]
        )
        return count

    def gather(self, subject: str, due_at: datetime, now: datetime) -> bool:
        """Into as few shards as the seller wants at least. What orders hold of a shard keeps it where it is."""
        store_id, variant_id, location_id = subject.split("#")
        item = ItemId(store_id, variant_id)
        kept, here = self._at(item, location_id)
        fewest = min(len(here), kept.shards)
        first, gone = here[0] if here else None, here[fewest:]
        if not first or not gone:
            self._table.commit([not_due(DUE, due_at, subject)])
            return False
        if not rules.quiet(kept, now) or any(one.reserved for one in gone):
            self._postpone(subject, due_at, now)
            return False
        with suppress(Conflict):
            self._table.commit(
                [
                    item_change(kept, item_rules.spread(kept, location_id, fewest)),
                    shard_change(item, location_id, first.number, left=sum(one.left for one in gone)),
                    *(_emptied(one) for one in gone),
                    not_due(DUE, due_at, subject),
                ]
            )
            return True
        self._postpone(subject, due_at, now)
        return False

    def due(self, now: datetime) -> Iterator[tuple[str, datetime]]:
        for bucket in range(BUCKETS):
            page = self._table.query(due_pk(DUE, bucket), before=clock.rfc3339(now), limit=SWEPT_AT_ONCE)
            yield from ((row["subject"], datetime.fromisoformat(row["sk"].partition("#")[0])) for row in page.items)

    def _at(self, item: ItemId, location_id: str) -> tuple[StockItem, list[Shard]]:
        scene = scenes().read([item])
        kept, here = scene.item(item), [one for one in scene.shards[item] if one.location_id == location_id]
        if len(here) != kept.places.get(location_id, 0):
            raise TakenMeanwhile()
        return kept, sorted(here, key=lambda one: one.number)

    def _postpone(self, subject: str, due_at: datetime, now: datetime) -> None:
        self._table.commit([not_due(DUE, due_at, subject), due(DUE, now + rules.QUIET, subject)])


@cache
def shards() -> Shards:
    return Shards()


def to_gather(item: StockItem) -> list[Change]:
    """Where it lies in more shards than its seller wants now, the sweep brings them together."""
    where = [location_id for location_id, count in item.places.items() if count > item.shards]
    return [due(DUE, clock.now() + rules.QUIET, _subject(item.id, location_id)) for location_id in where]


def _subject(item: ItemId, location_id: str) -> str:
    return f"{item.store_id}#{item.variant_id}#{location_id}"


def _emptied(shard: Shard) -> Change:
    """Gone, if nothing moved in or out since it was read."""
    key = shard_key(shard.item, shard.location_id, shard.number)
    return delete(*key).when(left=shard.left, reserved=0, credit=0).otherwise(TakenMeanwhile())
