"""The reports of the sweeper, and what others have asked it about meanwhile.

SWEEPS         <time>#<swp>    a report, for a month
SWEEPS/HEARD   -               the last one whose event came back
ASKED          <ord>           somebody still holds something for this order
"""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from functions.orders import events
from functions.orders.model.sweeps import Sweep
from functions.orders.rules import sweeps as rules
from kernel import clock
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import Page, Table, delete, put

SWEEPS, HEARD, ASKED = "SWEEPS", "SWEEPS/HEARD", "ASKED"
KEPT = timedelta(days=30)
AT_ONCE = 50


class SweepStore:
    """Not with the events that are kept for ever: a minute's report is history to nobody."""

    def __init__(self) -> None:
        self._table = Table()

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[Sweep], str | None]:
        page = self._latest(limit, cursor)
        return _read(page), page.cursor

    def report(self, done: Sweep) -> None:
        row = {"pk": SWEEPS, "sk": f"{clock.rfc3339(done.at)}#{done.sweep_id}", "kept": done.model_dump_json()}
        told = events.SweepDone.model_validate(rules.told(done))
        self._table.commit([put(row | {"ttl": clock.epoch_s(done.at + KEPT)})], [Event(told, done.sweep_id, 1)])

    # Whether what orders tells comes back

    def hear(self, at: datetime) -> None:
        """The latest counts, in whichever order they come."""
        with suppress(Conflict):
            self._table.commit([put({"pk": HEARD, "sk": "-", "at": clock.rfc3339(at)}).below(at=clock.rfc3339(at))])

    def silent_for(self, now: datetime) -> timedelta:
        """How long ago the oldest report was made that has not been heard of. Nothing, if the last one was."""
        heard = self._table.get(HEARD, "-")
        since = heard["at"] if heard else ""
        made = [one.at for one in _read(self._latest(AT_ONCE)) if clock.rfc3339(one.at) > since]
        return now - min(made) if made else timedelta()

    def _latest(self, limit: int, cursor: str | None = None) -> Page:
        return self._table.query(SWEEPS, limit=limit, cursor=cursor, newest_first=True)

    # What others ask

    def ask(self, order_id: str) -> None:
        self._table.commit([put({"pk": ASKED, "sk": order_id})])

    def asked(self) -> list[str]:
        return [row["sk"] for row in self._table.query(ASKED, limit=AT_ONCE).items]

    def answered(self, order_id: str) -> None:
        self._table.commit([delete(ASKED, order_id)])


def _read(page: Page) -> list[Sweep]:
    return [Sweep.model_validate_json(row["kept"]) for row in page.items]


@cache
def sweeps() -> SweepStore:
    return SweepStore()
