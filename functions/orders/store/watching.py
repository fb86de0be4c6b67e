"""What has to end: a row in the commit of whatever begins an execution says which, and when to look after it.

WATCHED#<bucket>   <time>#<kind>#<name>   an execution that is looked after until it has ended
"""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from functions.orders.model.sweeps import Kind, Watched
from functions.orders.store.rows import overdue
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import Change, Table, delete, put

BUCKETS = 4  # partitions of what is watched: each takes a thousand beginnings a second, and is looked at every minute
FIRST_LOOK = timedelta(minutes=5)  # most have ended by then, and a beginning that was lost is not missed for long


class _Moved(Conflict):
    """Another sweep was here."""


class WatchingStore:
    """Not with the events that are kept: of a watch nothing is told."""

    def __init__(self) -> None:
        self._table = Table()

    def due(self, now: datetime) -> Iterator[Watched]:
        for row in overdue(self._table, map(_pk, range(BUCKETS)), now, index=None):
            yield Watched.model_validate_json(row["kept"])

    def again(self, before: Watched, after: Watched) -> None:
        """Looked at, and to be looked at again."""
        if after.at == before.at:
            return
        with suppress(_Moved):
            self._table.commit([_gone(before).otherwise(_Moved()), _row(after)])

    def ended(self, one: Watched) -> None:
        with suppress(_Moved):
            self._table.commit([_gone(one).otherwise(_Moved())])

    def tell(self, told: Event) -> None:
        """Of what there is no order for."""
        with suppress(Conflict):  # it was told this second
            self._table.commit([], [told])

    def put(self, one: Watched) -> None:
        """Once more, because a person said so."""
        self._table.commit([_row(one)])


@cache
def watching() -> WatchingStore:
    return WatchingStore()


def watched(kind: Kind, name: str, given: Mapping[str, Any], at: datetime | None = None) -> Change:
    """Of the commit whose event begins the execution of that name, with `given` (an order's id among it)."""
    now = clock.now()
    return _row(Watched(kind=kind, name=name, given=dict(given), since=now, at=at or now + FIRST_LOOK))


def _pk(bucket: int) -> str:
    return f"WATCHED#{bucket}"


def _key(one: Watched) -> tuple[str, str]:
    bucket = zlib.crc32(one.name.encode()) % BUCKETS
    return _pk(bucket), f"{clock.rfc3339(one.at)}#{one.kind}#{one.name}"


def _row(one: Watched) -> Change:
    pk, sk = _key(one)
    return put({"pk": pk, "sk": sk, "kept": one.model_dump_json()})


def _gone(one: Watched) -> Change:
    return delete(*_key(one)).exists()
