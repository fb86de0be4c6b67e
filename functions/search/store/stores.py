"""What is heard of stores, and which categories each of them sells in."""

from contextlib import suppress
from functools import cache

from functions.search import events
from functions.search.model.kept import HeardMeanwhile, KnownStore
from functions.search.model.told import Profile
from functions.search.rules.documents import shown_of
from functions.search.store.rows import shard_key, store_key, walked
from kernel import ids
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.table import Change, Item, Table, put

TRIES = 12


class Stores:
    def __init__(self) -> None:
        self._table = Table()

    def store(self, store_id: str) -> KnownStore:
        return read_store(store_id, self._table.get(*store_key(store_id)))

    def stores(self, store_ids: list[str]) -> list[KnownStore]:
        rows = self._table.get_many([store_key(one) for one in store_ids]) if store_ids else {}
        return [read_store(one, rows.get(store_key(one))) for one in store_ids]

    def hear(self, store_id: str, profile: Profile, sequence: int) -> None:
        """Its listings are told of what they show of it, by events of their own: there may be thousands."""
        for _ in range(TRIES):
            before = self.store(store_id)
            if before.sequence >= sequence:
                return
            different = shown_of(before.profile) != shown_of(profile)
            after = KnownStore(
                store_id, profile, sequence, before.revision + 1, before.round + different, before.categories
            )
            walk = events.StoreToRefresh(store_id=store_id, round=after.round) if different else None
            with suppress(HeardMeanwhile):
                self._table.commit(_kept(before, after), [_step(walk)] if walk else [])
                return
        raise Unavailable("This store is being changed again and again.")

    def count_categories(self, store_id: str) -> KnownStore:
        """Its categories as they are counted now.

        Whoever has written them looks again: meanwhile another may have counted otherwise, found them as they were
        before, and had nothing to write.
        """
        for _ in range(TRIES):
            before = self.store(store_id)
            sold = [row["sk"] for row in self._table.every(f"SOLD#{store_id}", at_once=1000) if row["listed"] > 0]
            if before.categories == tuple(sold):
                return before
            after = KnownStore(
                store_id, before.profile, before.sequence, before.revision + 1, before.round, tuple(sold)
            )
            with suppress(HeardMeanwhile):
                self._table.commit(_kept(before, after))
        raise Unavailable("This store's goods are being changed again and again.")

    def shelf(self, store_id: str, before: str, limit: int) -> list[str]:
        return list(walked(self._table, f"SHELF#{store_id}", before, limit))

    def go_on(self, store_id: str, round_: int, before: str) -> None:
        """The rest of the walk, once, however often this step is done."""
        with suppress(Conflict):
            self._table.commit([], [_step(events.StoreToRefresh(store_id=store_id, round=round_, before=before))])


@cache
def stores() -> Stores:
    return Stores()


def read_store(store_id: str, row: Item | None) -> KnownStore:
    if not row:
        return KnownStore(store_id)
    return KnownStore(
        store_id=store_id,
        profile=Profile.model_validate_json(row["doc"]) if row.get("doc") else None,
        sequence=row["sequence"],
        revision=row["revision"],
        round=row["round"],
        categories=tuple(row["categories"]),
    )


def _kept(before: KnownStore, after: KnownStore) -> list[Change]:
    pk, sk = store_key(after.store_id)
    row = {
        "pk": pk,
        "sk": sk,
        "sequence": after.sequence,
        "revision": after.revision,
        "round": after.round,
        "categories": list(after.categories),
        "doc": after.profile.model_dump_json(exclude_defaults=True) if after.profile else None,
    }
    if before.revision:
        return [put(row).when(revision=before.revision).otherwise(HeardMeanwhile())]
    shard, thing = shard_key(after.store_id)
    return [put(row).absent().otherwise(HeardMeanwhile()), put({"pk": shard, "sk": thing})]


def _step(walk: events.StoreToRefresh) -> Event:
    return Event(walk, ids.derived_id("wlk", walk.store_id, str(walk.round), walk.before), 1)
