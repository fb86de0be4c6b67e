"""What somebody looked at last, in the table: domain verbs outside, DynamoDB words inside.

VIEWER#<who>  -   the last products that a person or a guest looked at, who agreed to be remembered with it
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from functions.search.model.discovery import ViewsChanged
from functions.search.rules import visits as rules
from functions.search.rules.visits import View
from kernel import clock
from kernel.table import Change, Item, Receipt, Table, delete, put, receipts_of

KEPT_FOR = timedelta(days=90)  # after the last look
LATE_MESSAGES = timedelta(days=14)  # longer than any queue keeps one
ATTEMPTS = 5


class Visits:
    def __init__(self) -> None:
        self._table = Table()

    def of(self, who: str) -> list[View]:
        return _views(self._table.get(f"VIEWER#{who}", "-"))

    def remember(self, who: str, views: Iterable[View], now: datetime) -> None:
        """Whoever comes second begins again with what the first has written. Who has left is not remembered."""
        told = list(views)
        for attempt in range(ATTEMPTS):
            row = self._table.get(f"VIEWER#{who}", "-")
            if row and row.get("erased"):
                return
            newer = rules.viewed(_views(row), told, since=row["cleared_at"] if row else "")
            if newer == _views(row):
                return
            try:
                self._table.commit([_newer(who, row, newer, row["cleared_at"] if row else "", now)])
                return
            except ViewsChanged:
                if attempt == ATTEMPTS - 1:
                    raise

    def clear(self, who: str, now: datetime, receipt: Receipt | None) -> None:
        """What was looked at before this moment stays forgotten, even if it is told of later."""
        row = self._table.get(f"VIEWER#{who}", "-")
        self._table.commit([_newer(who, row, [], clock.rfc3339(now), now)], receipt=receipt)

    def forget(self, who: str, now: datetime) -> None:
        """Nothing but that nothing is to be kept, for as long as something could still come. Safe to repeat."""
        gone = {"erased": True, "version": 0, "cleared_at": clock.rfc3339(now)}
        expires = clock.epoch_s(now + LATE_MESSAGES)
        self._table.commit([put({"pk": f"VIEWER#{who}", "sk": "-", **gone, "ttl": expires})])
        self._table.empty(receipts_of(who))

    def give(self, guest: str, person: str, now: datetime) -> None:
        """What a guest looked at, the person has. Safe to repeat."""
        if views := self.of(guest):
            self.remember(person, views, now)
        self._table.commit([delete(f"VIEWER#{guest}", "-")])

    def known_of(self, who: str) -> list[dict[str, Any]]:
        return [{"product_id": product, "viewed_at": at} for product, at in self.of(who)]


@cache
def visits() -> Visits:
    return Visits()


def _views(row: Item | None) -> list[View]:
    return [(one["product_id"], one["at"]) for one in row.get("views", [])] if row else []


def _newer(who: str, row: Item | None, views: list[View], cleared_at: str, now: datetime) -> Change:
    version = row["version"] if row else None
    kept = {
        "views": [{"product_id": product, "at": at} for product, at in views],
        "cleared_at": cleared_at,
        "version": (version or 0) + 1,
        "ttl": clock.epoch_s(now + KEPT_FOR),
    }
    return put({"pk": f"VIEWER#{who}", "sk": "-", **kept}).when(version=version).otherwise(ViewsChanged())
