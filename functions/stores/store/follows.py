"""Who follows which store.

PERSON#<user> FOLLOWS#<store>   one person's wish to hear of one store; kept as a no for a while after it was taken back
SLUG#<slug>   -                 the store's page counts its followers
"""

from contextlib import suppress
from datetime import timedelta
from functools import cache

from functions.stores import events
from functions.stores.model.follows import Following
from functions.stores.model.refusals import FollowChanged, NoSuchStore, StoreMoved
from kernel import clock, ids
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, put, update

FORGET_AFTER = timedelta(days=100)  # longer than event rows are kept: their sequence must not begin anew beside them


class Follows:
    def __init__(self) -> None:
        self._table = Table()

    def of(self, user_id: str, *, limit: int, cursor: str | None) -> tuple[list[Following], str | None]:
        """Two calls: whom, then their names as of now."""
        page = self._table.query(f"PERSON#{user_id}", "FOLLOWS#", limit=limit, cursor=cursor)
        rows = [row for row in page.items if row["following"]]
        found = self._table.get_many([(f"STORE#{row['store_id']}", "-") for row in rows]) if rows else {}
        named = [(row, found.get((f"STORE#{row['store_id']}", "-"))) for row in rows]
        return [_following(row, store) for row, store in named if store and store["standing"] == "open"], page.cursor

    def follow(self, user_id: str, store_id: str, receipt: Receipt | None) -> None:
        """Once, however often it is asked for."""
        row, store = self._row_and_store(user_id, store_id)
        if not store or store["standing"] != "open":
            raise NoSuchStore()
        if not row or not row["following"]:
            self._turn(user_id, store, row, following=True, receipt=receipt)

    def unfollow(self, user_id: str, store_id: str, receipt: Receipt | None) -> None:
        row, store = self._row_and_store(user_id, store_id)
        if row and store and row["following"]:
            self._turn(user_id, store, row, following=False, receipt=receipt)

    def forget(self, user_id: str) -> None:
        """Nobody of this name follows anything any more. Safe to repeat."""
        for row in self._table.every(f"PERSON#{user_id}", "FOLLOWS#"):
            self.unfollow(user_id, row["store_id"], None)

    def _row_and_store(self, user_id: str, store_id: str) -> tuple[Item | None, Item | None]:
        row, store = (f"PERSON#{user_id}", f"FOLLOWS#{store_id}"), (f"STORE#{store_id}", "-")
        found = self._table.get_many([row, store])
        return found.get(row), found.get(store)

    def _turn(self, user_id: str, store: Item, row: Item | None, *, following: bool, receipt: Receipt | None) -> None:
        """Whoever was faster has done the same: then there is nothing left to do."""
        store_id, version = store["store_id"], row["version"] + 1 if row else 1
        told = events.StoreFollowed if following else events.StoreUnfollowed
        with suppress(FollowChanged):
            self._table.commit(
                [
                    put(_row(user_id, store_id, version, following=following))
                    .when(version=row["version"] if row else None)
                    .otherwise(FollowChanged()),
                    *([] if store["standing"] == "closed" else [_counted(store, 1 if following else -1)]),
                ],
                [Event(told(store_id=store_id, user_id=user_id), ids.derived_id("fol", store_id, user_id), version)],
                receipt,
            )


@cache
def follows() -> Follows:
    return Follows()


def _row(user_id: str, store_id: str, version: int, *, following: bool) -> Item:
    now = clock.now()
    told = {"store_id": store_id, "following": following, "version": version, "since": clock.rfc3339(now)}
    ttl = None if following else clock.epoch_s(now + FORGET_AFTER)
    return {"pk": f"PERSON#{user_id}", "sk": f"FOLLOWS#{store_id}", **told, "ttl": ttl}


def _counted(store: Item, change: int) -> Change:
    counted = update(f"SLUG#{store['slug']}", "-").add(followers=change, version=1)
    return counted.when(store_id=store["store_id"], moved=None).otherwise(StoreMoved())


def _following(row: Item, store: Item) -> Following:
    return Following(store_id=row["store_id"], slug=store["slug"], name=store["name"], since=row["since"])
