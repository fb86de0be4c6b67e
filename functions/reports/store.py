"""Activity in its table: domain verbs outside, DynamoDB words inside. Every row goes by itself after a while.

VISITOR#<who>        ACTIVITY#<id>   what somebody did who agreed to be remembered with it: a person, or a guest
VISITOR#<who>        ERASED          nobody of this name is remembered any more; kept until no late message can come
ACTIVITY#<id>        -               what somebody did
LIMIT#activity#<by>  <window>        how often a visitor or a network has sent some
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from functions.reports import events, rules
from functions.reports.model import Done, Forgotten, SeenBefore, TooMuchActivity
from kernel import clock, ids
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, check, delete, put, receipts_of, update

LATE_MESSAGES = timedelta(days=14)  # longer than any queue keeps one
TOGETHER = 50


class Activities:
    def __init__(self) -> None:
        self._table = Table()

    def take(
        self,
        visitor: str,
        happened: Sequence[Done],
        limit: "Limit",
        kept_days: int,
        receipt: Callable[[int], Receipt | None],
    ) -> int:
        """How many were new. One call for what is new, two where some of it was sent before."""
        fresh = list(happened)
        while fresh:
            try:
                self._add(visitor, fresh, limit, kept_days, receipt(len(fresh)))
                return len(fresh)
            except SeenBefore:
                known = self._table.get_many([_key(visitor, one) for one in fresh])
                if not known:
                    raise  # its rows are gone again, or were never ours: nothing here can go on
                fresh = [one for one in fresh if _key(visitor, one) not in known]
        self._table.commit([limit.counted()], receipt=receipt(0))
        return 0

    def _add(
        self, visitor: str, fresh: Sequence[Done], limit: "Limit", kept_days: int, receipt: Receipt | None
    ) -> None:
        expires = clock.epoch_s(limit.now + timedelta(days=kept_days))
        rows = [put(_item(visitor, one) | {"ttl": expires}).absent().otherwise(SeenBefore()) for one in fresh]
        remembered = [check(f"VISITOR#{visitor}", "ERASED").absent().otherwise(Forgotten())] if visitor else []
        acts = [events.Act(**one.model_dump(include=set(events.Act.model_fields))) for one in rules.told(fresh)]
        seen = events.ActivitySeen(visitor_id=visitor or None, acts=acts)
        self._table.commit([limit.counted(), *remembered, *rows], [Event(seen, ids.new_id("act"), 1)], receipt)

    def known_of(self, visitor: str) -> list[dict[str, Any]]:
        rows = self._table.every(f"VISITOR#{visitor}", "ACTIVITY#")
        return [{name: value for name, value in row.items() if name in Done.model_fields} for row in rows]

    def forget(self, visitor: str, now: datetime) -> None:
        """The mark first: what comes late finds it. Safe to repeat."""
        expires = clock.epoch_s(now + LATE_MESSAGES)
        self._table.commit([put({"pk": f"VISITOR#{visitor}", "sk": "ERASED", "ttl": expires})])
        self._table.empty(f"VISITOR#{visitor}", keep=("ERASED",))
        self._table.empty(receipts_of(visitor))

    def give(self, guest: str, person: str) -> None:
        """What a guest did is the person's, a page at a time. Safe to repeat, and to go on with after a crash."""
        try:
            self._give_all(guest, person)
        except Forgotten:
            self._table.empty(f"VISITOR#{guest}")

    def _give_all(self, guest: str, person: str) -> None:
        waiting: list[Change] = []
        for row in self._table.every(f"VISITOR#{guest}", "ACTIVITY#"):
            waiting += [put({**row, "pk": f"VISITOR#{person}"}), delete(row["pk"], row["sk"])]
            if len(waiting) >= TOGETHER:
                self._give(person, waiting)
                waiting = []
        if waiting:
            self._give(person, waiting)

    def _give(self, person: str, rows: Sequence[Change]) -> None:
        self._table.commit([check(f"VISITOR#{person}", "ERASED").absent().otherwise(Forgotten()), *rows])


class Limit:
    """How often one may send: a person or a guest by themselves, all others by their network."""

    def __init__(self, by: str, most: int, now: datetime) -> None:
        self.by, self.most, self.now = by, most, now

    def counted(self) -> Change:
        row = update(f"LIMIT#activity#{self.by}", rules.window(self.now)).add(calls=1)
        expires = clock.epoch_s(self.now + 2 * rules.WINDOW)
        return row.set(ttl=expires).below(calls=self.most).otherwise(TooMuchActivity())


@cache
def activities() -> Activities:
    return Activities()


def _key(visitor: str, one: Done) -> tuple[str, str]:
    return (f"VISITOR#{visitor}", f"ACTIVITY#{one.id}") if visitor else (f"ACTIVITY#{one.id}", "-")


def _item(visitor: str, one: Done) -> Item:
    pk, sk = _key(visitor, one)
    return {"pk": pk, "sk": sk, **one.model_dump(mode="json", exclude_none=True)}
