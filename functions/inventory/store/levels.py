"""What the others are told of a variant's stock: once for each crossing, and not of every unit of plenty."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.inventory import events
from functions.inventory.model.levels import Told, ToldMeanwhile
from functions.inventory.model.names import ItemId
from functions.inventory.rules import levels as rules
from functions.inventory.rules.takings import Scene, available
from functions.inventory.store.rows import BUCKETS, Key, due, due_pk, not_due, stock_pk
from functions.inventory.store.scenes import KEYS_A_CALL, scenes
from kernel import clock, ids
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.table import Change, Table, put, update

DUE = "LEVEL"
TRIES = 12
SWEPT_AT_ONCE = 50
PAGE = 50
ROWS_AT_ONCE = 90  # of one transaction


class Levels:
    def __init__(self) -> None:
        self._table = Table()

    def recount(self, items: Iterable[ItemId]) -> None:
        """Say what there is of these now, and of the bundles they are in.

        What was told is read first: whoever tells something older than another has told fails, and looks again.
        """
        waiting = list(dict.fromkeys(items))
        for _ in range(TRIES):
            told = self._told(waiting)
            scene = scenes().at_rest(waiting)
            with suppress(ToldMeanwhile):
                bundles = {bundle for one in waiting for bundle in self._bundles(scene, one)} - set(waiting)
                self._tell(scene, waiting, told)
                waiting = sorted(bundles)
                if not waiting:
                    return
        raise Unavailable("The stock moves faster than it can be told of.")

    def settle(self, item: ItemId, due_at: datetime) -> None:
        """Tell what was left for later, and look once more: whoever saw that it was left to us told nothing."""
        self._now(item)
        self._now(item)
        self._table.commit([not_due(DUE, due_at, _subject(item))])

    def recount_store(self, store_id: str, before: str) -> None:
        """A page of the store's variants, then word that the rest is to be counted: no call takes long."""
        bound = f"ALL#{before}" if before else "ALL$"  # the sign after #: of those that lie together, all
        page = self._table.query(store_id, index="by_store", before=bound, newest_first=True, limit=PAGE)
        variants = [row["variant_id"] for row in page.items]
        self.recount(ItemId(store_id, variant) for variant in variants)
        if len(variants) == PAGE:
            more = events.StoreToRecount(store_id=store_id, before=variants[-1])
            self._table.commit([], [Event(more, ids.new_id("rec"), 1)])

    def due(self, now: datetime) -> Iterator[tuple[ItemId, datetime]]:
        for bucket in range(BUCKETS):
            page = self._table.query(due_pk(DUE, bucket), before=clock.rfc3339(now), limit=SWEPT_AT_ONCE)
            for row in page.items:
                store_id, variant_id = row["subject"].split("#")
                yield ItemId(store_id, variant_id), datetime.fromisoformat(row["sk"].partition("#")[0])

    def told(self, items: Iterable[ItemId]) -> list[Told]:
        """In the order asked."""
        wanted = list(items)
        known = self._told(list(dict.fromkeys(wanted)))
        return [known[item] for item in wanted]

    def _now(self, item: ItemId) -> None:
        for _ in range(TRIES):
            told = self._told([item])[item]
            scene = scenes().at_rest([item])
            after = rules.found(
                scene.item(item), available(scene, item), told, clock.now(), closed=_closed(scene, item)
            )
            with suppress(ToldMeanwhile):
                if after != told:
                    self._table.commit([_kept(told, after)], _events(told, after))
                elif told.stale:
                    self._table.commit([_fresh(told)])
                return
        raise Unavailable("The stock moves faster than it can be told of.")

    def _tell(self, scene: Scene, items: list[ItemId], told: dict[ItemId, Told]) -> None:
        """Several in one transaction: an import tells of dozens. One that was told meanwhile sends all back to look."""
        changes: list[Change] = []
        news: list[Event] = []
        for item in items:
            before, now = told[item], clock.now()
            after = rules.found(scene.item(item), available(scene, item), before, now, closed=_closed(scene, item))
            if after == before or (before.stale and rules.can_wait(before, after, now)):
                continue
            if rules.can_wait(before, after, now):
                changes += self._later(before, item, now)
            else:
                changes.append(_kept(before, after))
                news += _events(before, after)
            if len(changes) + len(news) > ROWS_AT_ONCE - 5:
                self._table.commit(changes, news)
                changes, news = [], []
        if changes or news:
            self._table.commit(changes, news)

    def _later(self, before: Told, item: ItemId, now: datetime) -> list[Change]:
        mark = update(stock_pk(item), "LEVEL").set(stale=True).when(version=before.version, stale=False)
        return [mark.otherwise(ToldMeanwhile()), due(DUE, now + rules.QUIET, _subject(item))]

    def _bundles(self, scene: Scene, item: ItemId) -> list[ItemId]:
        if not scene.item(item).used_in:
            return []
        rows = self._table.query(stock_pk(item), "IN#", limit=100).items
        return [ItemId(item.store_id, row["sk"].removeprefix("IN#")) for row in rows]

    def _told(self, items: list[ItemId]) -> dict[ItemId, Told]:
        found: dict[Key, dict[str, object]] = {}
        keys = [_key(item) for item in items]
        for start in range(0, len(keys), KEYS_A_CALL):
            found |= self._table.get_many(keys[start : start + KEYS_A_CALL])
        nothing = {item: {"store_id": item.store_id, "variant_id": item.variant_id} for item in items}
        return {item: Told.model_validate(found.get(_key(item), nothing[item])) for item in items}


@cache
def levels() -> Levels:
    return Levels()


def _key(item: ItemId) -> Key:
    return stock_pk(item), "LEVEL"


def _subject(item: ItemId) -> str:
    return f"{item.store_id}#{item.variant_id}"


def _closed(scene: Scene, item: ItemId) -> bool:
    return scene.locations[item.store_id].closed


def _kept(before: Told, after: Told) -> Change:
    pk, sk = _key(ItemId(after.store_id, after.variant_id))
    scarce = {"by_storepk": after.store_id, "by_storesk": f"{after.level.upper()}#{after.variant_id}"}
    found = scarce if after.level != "ok" else {}
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json"), **found})
    guarded = change.when(version=before.version, stale=before.stale) if before.version else change.absent()
    return guarded.otherwise(ToldMeanwhile())


def _fresh(told: Told) -> Change:
    mark = update(*_key(ItemId(told.store_id, told.variant_id))).set(stale=False)
    return mark.when(version=told.version, stale=True).otherwise(ToldMeanwhile())


def _events(before: Told, after: Told) -> list[Event]:
    aggregate = ids.derived_id("stk", after.store_id, after.variant_id)
    return [Event(data, aggregate, after.version) for data in (rules.told(after), *rules.crossings(before, after))]
