"""Where sellers want money sent, in the table.

DESTINATIONS#<store>     <way>             where
DESTINATIONS_OF#<user>   <store>#<way>     that this person gave it: it leaves with them
WAYS#<store>             -                 the ways for which there is one: what others are told
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from functions.payments import events
from functions.payments.model.destinations import Destination, DestinationMoved, NoSuchDestination, OtherWay
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.table import Change, Receipt, Table, check, delete, put

TRIES = 5


class DestinationStore:
    def __init__(self) -> None:
        self.table = Table()

    def find(self, store_id: str, way: str) -> Destination | None:
        row = self.table.get(_pk(store_id), way)
        return Destination.model_validate(row) if row else None

    def of_store(self, store_id: str) -> list[Destination]:
        return [Destination.model_validate(row) for row in self.table.query(_pk(store_id)).items]

    def keep(self, given: Destination, receipt: Receipt | None = None) -> None:
        """Instead of what was there. Whose that was is known no more once it is gone, and matters no more."""
        changes = [
            put({"pk": _pk(given.store_id), "sk": given.way, **given.model_dump(mode="json")}),
            put({"pk": _of(given.given_by), "sk": f"{given.store_id}#{given.way}"}),
        ]
        self._commit(changes, given, there=True, receipt=receipt)

    def remove(self, store_id: str, way: OtherWay, receipt: Receipt | None = None) -> None:
        kept = self.find(store_id, way)
        if not kept:
            raise NoSuchDestination()
        self._commit(_gone(kept), kept, there=False, receipt=receipt)

    def given_by(self, user_id: str) -> list[Destination]:
        """Those that nobody else has given anew since."""
        places = (row["sk"].partition("#") for row in self.table.every(_of(user_id)))
        found = (self.find(store_id, way) for store_id, _, way in places)
        return [one for one in found if one and one.given_by == user_id]

    def forget_person(self, user_id: str) -> None:
        """Safe to repeat, and to go on with after a crash. What somebody else has given since then stays."""
        for row in list(self.table.every(_of(user_id))):
            store_id, _, way = row["sk"].partition("#")
            kept = self.find(store_id, way)
            if kept and kept.given_by == user_id:
                with suppress(NoSuchDestination):  # another one was given at this moment
                    self._commit(_gone(kept)[:1], kept, there=False)
            self.table.commit([delete(_of(user_id), row["sk"])])

    def _commit(
        self, changes: Sequence[Change], about: Destination, *, there: bool, receipt: Receipt | None = None
    ) -> None:
        """With the ways as they are then. Where they stay as they were, that is a condition."""
        for _ in range(TRIES):
            ways, told = self._ways(about.store_id, about.way, there=there)
            with suppress(DestinationMoved):
                self.table.commit([*changes, ways.otherwise(DestinationMoved())], told, receipt)
                return
        raise Unavailable("Where this store wants money is being changed again and again. Try again.")

    def _ways(self, store_id: str, way: str, *, there: bool) -> tuple[Change, list[Event]]:
        pk = f"WAYS#{store_id}"
        row = self.table.get(pk, "-") or {"ways": []}
        before, version = set(row["ways"]), row.get("version")
        after = sorted(before | {way} if there else before - {way})
        if set(after) == before:
            return check(pk, "-").when(version=version), []
        news = (version or 0) + 1
        told = events.PayoutWaysChanged.model_validate({"store_id": store_id, "ways": after})
        change = put({"pk": pk, "sk": "-", "ways": after, "version": news}).when(version=version)
        return change, [Event(told, pk, news)]


@cache
def destinations() -> DestinationStore:
    return DestinationStore()


def _gone(kept: Destination) -> list[Change]:
    """Only as it was read."""
    row = delete(_pk(kept.store_id), kept.way).when(given_by=kept.given_by).otherwise(NoSuchDestination())
    return [row, delete(_of(kept.given_by), f"{kept.store_id}#{kept.way}")]


def _pk(store_id: str) -> str:
    return f"DESTINATIONS#{store_id}"


def _of(user_id: str) -> str:
    return f"DESTINATIONS_OF#{user_id}"
