"""What was asked of Stripe, written down before it is asked.

ATTEMPT#<what>   -   when it was begun; the key it is asked under: its number, since when, whether Stripe failed on it
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from kernel import clock
from kernel.errors import Conflict
from kernel.table import Item, Table, put


class AttemptMoved(Conflict):
    """Somebody else goes on with this at this moment."""


@dataclass(frozen=True, slots=True)
class Attempt:
    what: str
    number: int
    begun: datetime
    since: datetime  # of this key
    doubted: bool = False

    @property
    def key(self) -> str:
        return f"{self.what}/{self.number}"


class Attempts:
    def __init__(self) -> None:
        self._table = Table()

    def begin(self, what: str) -> Attempt:
        """The first, or the one that was begun already."""
        now = clock.now()
        first = Attempt(what, 1, now, now)
        with suppress(AttemptMoved):
            self._table.commit([put(_row(first)).absent().otherwise(AttemptMoved())])
            return first
        return self.find(what) or first

    def find(self, what: str) -> Attempt | None:
        row = self._table.get(f"ATTEMPT#{what}", "-")
        if not row:
            return None
        begun, since = (datetime.fromisoformat(row[name]) for name in ("begun", "since"))
        return Attempt(what, row["number"], begun, since, bool(row.get("doubted")))

    def doubt(self, kept: Attempt) -> Attempt:
        """Stripe failed on it, and would say so again."""
        return self._become(kept, replace(kept, doubted=True))

    def again(self, kept: Attempt) -> Attempt:
        """The next key. Of several that go on at once, all go on under the same."""
        return self._become(kept, replace(kept, number=kept.number + 1, since=clock.now(), doubted=False))

    def _become(self, kept: Attempt, after: Attempt) -> Attempt:
        unchanged = {"number": kept.number, "doubted": kept.doubted or None}
        with suppress(AttemptMoved):
            self._table.commit([put(_row(after)).when(**unchanged).otherwise(AttemptMoved())])
            return after
        return self.find(kept.what) or after


@cache
def attempts() -> Attempts:
    return Attempts()


def _row(one: Attempt) -> Item:
    moments = {"begun": one.begun.isoformat(), "since": one.since.isoformat()}
    doubted = {"doubted": True} if one.doubted else {}
    return {"pk": f"ATTEMPT#{one.what}", "sk": "-", "number": one.number, **moments, **doubted}
