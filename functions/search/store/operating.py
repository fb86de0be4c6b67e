"""What operators keep of search, and what nobody found.

SETTINGS             -         synonyms and boosts
MISSES#<week>#<n>    <query>   how often it found nothing
"""

import zlib
from collections import Counter
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from functions.search.model.operating import SearchSettings, SettingsChanged
from functions.search.rules import misses
from kernel import clock, ids
from kernel.events import Data, Event
from kernel.table import Receipt, Table, put, update

SETTINGS = ("SETTINGS", "-")
FRESH_FOR = timedelta(seconds=20)
PARTS = 8  # of a week, so that a rush of misses does not queue for one partition
READ_AT_MOST = 2_000  # of each part: somebody may have typed nonsense by the thousand


class Operating:
    def __init__(self) -> None:
        self._table = Table()
        self._remembered: tuple[datetime, SearchSettings] | None = None

    def settings(self) -> SearchSettings:
        row = self._table.get(*SETTINGS)
        return SearchSettings.model_validate_json(row["doc"]) if row else SearchSettings()

    def settings_lately(self) -> SearchSettings:
        """As they were at most twenty seconds ago: what every search asks."""
        now = clock.now()
        if not self._remembered or now - self._remembered[0] > FRESH_FOR:
            self._remembered = (now, self.settings())
        return self._remembered[1]

    def change(self, after: SearchSettings, *, expecting: int, acted: Data, receipt: Receipt | None) -> SearchSettings:
        pk, sk = SETTINGS
        change = put({"pk": pk, "sk": sk, "version": after.version, "doc": after.model_dump_json()})
        guarded = change.when(version=expecting) if expecting else change.absent()
        event = Event(acted, ids.derived_id("set", "search"), after.version)
        self._table.commit([guarded.otherwise(SettingsChanged())], [event], receipt)
        return after

    def miss(self, query: str) -> None:
        now = clock.now()
        part = zlib.crc32(query.encode()) % PARTS
        counted = update(f"MISSES#{misses.week(now)}#{part}", query).add(count=1)
        self._table.commit([counted.set(ttl=clock.epoch_s(now + misses.KEPT))])

    def misses(self, week: str, limit: int) -> list[tuple[str, int]]:
        found: Counter[str] = Counter()
        for part in range(PARTS):
            rows = islice(self._table.every(f"MISSES#{week}#{part}", at_once=1_000), READ_AT_MOST)
            found.update({row["sk"]: row["count"] for row in rows})
        return found.most_common(limit)


@cache
def operating() -> Operating:
    return Operating()
