"""The life of an import: announced, run as often as wanted without writing, run once for good."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.catalog.model.imports import (
    GoodsExport,
    Import,
    ImportFileRefused,
    ImportHasNoFaults,
    ImportStateChanged,
    NewImport,
)
from functions.catalog.rules.imports.columns import FIELDS
from kernel import ids

HOPELESS_AFTER = timedelta(hours=1)  # by then a queue has tried for the last time
GIVEN_UP = "The import could not be finished. What was written stays; import the file again, and the rest is done."
AT_ONCE = 40  # chunks: a transaction has a hundred parts
STALLED_AFTER = timedelta(seconds=60)  # a chunk takes seconds: after a minute of silence something was lost


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the rows of a chunk."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a run. `announced`: how often it was told of."""

    number: int
    rows: int
    announced: int
    done: bool
    refused: int


def announced(store_id: str, user_id: str, import_id: str, request: NewImport, currency: str, now: datetime) -> Import:
    """`currency`: the store's own, for columns that name none."""
    for header, field in request.columns.items():
        word = field.partition(":")[0].strip()
        if word and word not in FIELDS:
            raise ImportFileRefused(f"“{header}” cannot be “{word}”. Fields are {', '.join(FIELDS)}.")
    fields = dict(request) | {"currency": request.currency or currency or None}
    return Import(import_id=import_id, store_id=store_id, created_by=user_id, created_at=now, **fields)


def started(progress: Import, *, dry_run: bool, now: datetime) -> Import:
    if progress.state not in ("announced", "checked"):
        raise ImportStateChanged(f"This import is {progress.state}. Announce a new one to import again.")
    fresh: dict[str, Any] = {"state": "running", "dry_run": dry_run, "run": progress.run + 1, "chunks": None}
    fresh |= dict.fromkeys(("rows", "rows_done", "chunks_done", "created", "updated", "unchanged", "refused"), 0)
    fresh |= {"started_at": now, "heard_at": now, "finished_at": None, "version": progress.version + 1}
    return progress.model_copy(update=fresh)


def runs(progress: Import, run: int) -> bool:
    return progress.state == "running" and progress.run == run


def complete(progress: Import) -> bool:
    """All of the file was read, and all that was read is done."""
    return progress.chunks is not None and progress.chunks_done >= progress.chunks


def ended(progress: Import, now: datetime) -> Import:
    return progress.model_copy(update={"state": "checked" if progress.dry_run else "done", "finished_at": now})


def failed(progress: Import, failure: str, now: datetime) -> Import:
    return progress.model_copy(update={"state": "failed", "failure": failure, "finished_at": now})


def cancelled(progress: Import, now: datetime) -> Import:
    """What was written stays: each row of it is right by itself, and a next import finds it unchanged."""
    if progress.state != "running":
        raise ImportStateChanged(f"This import is {progress.state}: there is nothing to cancel.")
    return progress.model_copy(update={"state": "cancelled", "finished_at": now, "version": progress.version + 1})


def stalled(progress: Import, now: datetime) -> bool:
    heard_at = progress.heard_at or progress.created_at
    return progress.state == "running" and now - heard_at > STALLED_AFTER


def hopeless(progress: Import, now: datetime) -> bool:
    return now - (progress.started_at or progress.created_at) > HOPELESS_AFTER


def to_tell_again(progress: Import, chunks: Iterable[Chunk]) -> tuple[list[Chunk], bool]:
    """The chunks that nobody has done, and whether the file is to be looked at: read on, or seen to be at its end."""
    waiting = [one for one in chunks if not one.done]
    return waiting[:AT_ONCE], progress.chunks is None or not waiting


def check_faults(progress: Import) -> None:
    if progress.state not in ("checked", "done") or not progress.refused:
        raise ImportHasNoFaults()


def chunk_id(import_id: str, run: int, number: int) -> str:
    return ids.derived_id("chk", import_id, str(run), str(number))


def tally(outcomes: Sequence[str]) -> Tally:
    return Tally(*(outcomes.count(what) for what in ("created", "updated", "unchanged", "refused")))


def as_of(export: GoodsExport, now: datetime) -> GoodsExport:
    """One that nobody will finish any more has failed, though nobody was left to say so."""
    lost = export.state == "running" and now - export.created_at > HOPELESS_AFTER
    return export.model_copy(update={"state": "failed"}) if lost else export
