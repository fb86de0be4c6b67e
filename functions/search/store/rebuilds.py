"""Rebuilds in the table.

REBUILD#<id>   -         one rebuild
REBUILD#<id>   PART#<n>  how far a part of it came
REBUILDS       RUNNING   the one that goes on
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache

from functions.search import events
from functions.search.model.kept import (
    HeardMeanwhile,
    NoSuchRebuild,
    Part,
    Rebuild,
    RebuildOver,
    RebuildRunning,
    RebuildState,
)
from functions.search.store.rows import SHARDS, Key, shard_pk, walked
from kernel import clock, ids
from kernel.errors import Conflict
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, check, delete, put, update

RUNNING = ("REBUILDS", "RUNNING")


class Rebuilds:
    def __init__(self) -> None:
        self._table = Table()

    def start(self, rebuild: Rebuild, acted: Data, receipt: Receipt | None) -> None:
        """One at a time: whoever comes second is told so."""
        pk, sk = _key(rebuild.rebuild_id)
        told = rebuild.model_dump(mode="json", include={"rebuild_id", "state", "started_at"})
        self._table.commit(
            [
                put({"pk": RUNNING[0], "sk": RUNNING[1], "rebuild_id": rebuild.rebuild_id})
                .absent()
                .otherwise(RebuildRunning()),
                put({"pk": pk, "sk": sk, **told}).absent(),
            ],
            [
                Event(events.RebuildStarted(rebuild_id=rebuild.rebuild_id), rebuild.rebuild_id, 1),
                Event(acted, rebuild.rebuild_id, 1),
            ],
            receipt,
        )

    def rebuild(self, rebuild_id: str) -> Rebuild:
        row = self._table.get(*_key(rebuild_id))
        if not row:
            raise NoSuchRebuild()
        return _read(row)

    def running(self) -> Rebuild | None:
        row = self._table.get(*RUNNING)
        return self.rebuild(row["rebuild_id"]) if row else None

    def with_parts(self, rebuild_id: str) -> tuple[Rebuild, list[Part]]:
        """In one call."""
        rows = {row["sk"]: row for row in self._table.query(_key(rebuild_id)[0], limit=SHARDS + 1).items}
        if "-" not in rows:
            raise NoSuchRebuild()
        return _read(rows.pop("-")), [_part(rebuild_id, row) for row in rows.values()]

    def parts(self, rebuild_id: str) -> list[Part]:
        return self.with_parts(rebuild_id)[1]

    def part(self, rebuild_id: str, shard: int) -> Part:
        row = self._table.get(*_part_key(rebuild_id, shard))
        if not row:
            raise NoSuchRebuild()
        return _part(rebuild_id, row)

    def page(self, shard: int, before: str, limit: int) -> list[str]:
        return list(walked(self._table, shard_pk(shard), before, limit))

    def hand_out(self, rebuild_id: str) -> None:
        """Every part once, however often this is done."""
        parts = [Part(rebuild_id, shard, clock.now()) for shard in range(SHARDS)]
        with suppress(Conflict):
            self._table.commit(
                [self._still(rebuild_id), *(_kept(one).absent() for one in parts)], [_step(one) for one in parts]
            )

    def filled(self, part: Part) -> None:
        """How far it came, and word of how it goes on, in one."""
        moved = replace(part, moved_at=clock.now(), moves=part.moves + 1)
        change = _kept(moved).when(moves=part.moves).otherwise(HeardMeanwhile())
        self._table.commit([change], [] if moved.done else [_step(moved)])

    def tell_again(self, rebuild_id: str, parts: Sequence[Part], now: datetime) -> None:
        """Of the beginning, where it was not even divided into parts."""
        moved = [replace(part, moved_at=now, moves=part.moves + 1) for part in parts]
        changes = [
            _kept(after).when(moves=before.moves).otherwise(HeardMeanwhile())
            for before, after in zip(parts, moved, strict=True)
        ]
        again = Event(events.RebuildStarted(rebuild_id=rebuild_id), ids.new_id("rbd"), 1)
        with suppress(HeardMeanwhile):  # it goes on by itself
            self._table.commit(changes, [*map(_step, moved)] or [again])

    def end(self, rebuild_id: str, state: RebuildState, detail: str = "", also: Sequence[Data] = ()) -> None:
        """Once: whoever comes after another has ended it changes nothing."""
        with suppress(RebuildOver):
            self.abandon(rebuild_id, state, detail, also, None)

    def abandon(
        self,
        rebuild_id: str,
        state: RebuildState,
        detail: str,
        also: Sequence[Data],
        receipt: Receipt | None,
    ) -> None:
        ended = update(*_key(rebuild_id)).set(state=state, ended_at=clock.rfc3339(clock.now()), detail=detail)
        told: list[Data] = [*also, *([] if state == "done" else [events.RebuildAbandoned(rebuild_id=rebuild_id)])]
        self._table.commit(
            [ended.when(state="running").otherwise(RebuildOver()), delete(*RUNNING).when(rebuild_id=rebuild_id)],
            [Event(one, rebuild_id, 2) for one in told],
            receipt,
        )

    def _still(self, rebuild_id: str) -> Change:
        return check(*_key(rebuild_id)).when(state="running")


@cache
def rebuilds() -> Rebuilds:
    return Rebuilds()


def _key(rebuild_id: str) -> Key:
    return f"REBUILD#{rebuild_id}", "-"


def _part_key(rebuild_id: str, shard: int) -> Key:
    return f"REBUILD#{rebuild_id}", f"PART#{shard:02d}"


def _read(row: Item) -> Rebuild:
    return Rebuild.model_validate({name: row[name] for name in Rebuild.model_fields if name in row})


def _part(rebuild_id: str, row: Item) -> Part:
    return Part(
        rebuild_id=rebuild_id,
        shard=int(row["sk"].removeprefix("PART#")),
        moved_at=datetime.fromisoformat(row["moved_at"]),
        before=row["before"],
        documents=row["documents"],
        done=row["done"],
        moves=row["moves"],
    )


def _kept(part: Part) -> Change:
    pk, sk = _part_key(part.rebuild_id, part.shard)
    told = {"moved_at": clock.rfc3339(part.moved_at), "before": part.before, "documents": part.documents}
    return put({"pk": pk, "sk": sk, **told, "done": part.done, "moves": part.moves})


def _step(part: Part) -> Event:
    step = events.RebuildShard(rebuild_id=part.rebuild_id, shard=part.shard, before=part.before)
    return Event(step, ids.derived_id("rbp", part.rebuild_id, str(part.shard)), part.moves + 1)
