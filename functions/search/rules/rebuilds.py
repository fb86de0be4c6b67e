"""How far a rebuild came, and what is to be done about it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from functions.search.model.kept import Part, Rebuild

QUIET = timedelta(minutes=2)  # longer than a queue waits before it hands an unfinished page out again
GIVEN_UP_AFTER = timedelta(days=1)


def filled(part: Part, page: Sequence[str], written: int, *, full: int) -> Part:
    """The next place; a page that is not full was the last one."""
    before = page[-1] if page else part.before
    return replace(part, before=before, documents=part.documents + written, done=len(page) < full)


def stalled(rebuild: Rebuild, parts: Sequence[Part], now: datetime) -> bool:
    return now - max([rebuild.started_at, *(part.moved_at for part in parts)]) > QUIET


def hopeless(rebuild: Rebuild, now: datetime) -> bool:
    return now - rebuild.started_at > GIVEN_UP_AFTER


def with_progress(rebuild: Rebuild, parts: Sequence[Part]) -> Rebuild:
    done, documents = sum(part.done for part in parts), sum(part.documents for part in parts)
    return rebuild.model_copy(update={"parts": len(parts), "parts_done": done, "documents": documents})
