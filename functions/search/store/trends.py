"""What is looked at lately, in the table: domain verbs outside, DynamoDB words inside. No row is written to by all.

SEEN#<slot>#<shard>  <sending>   what one sending, or one order, adds to a slot; goes when the slot is long over
TRENDS               STANDING    how products stood when the last slot was folded
TRENDS               LIST        what is trending, as of the last minute
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from itertools import islice

from functions.search.rules import trends as rules
from functions.search.rules.trends import Standing
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Change, Item, Table, put

KEPT_FOR = timedelta(days=1)


class FoldedElsewhere(Conflict):
    """Another run has folded this slot."""


class Trends:
    def __init__(self) -> None:
        self._table = Table()

    def add(self, sending: str, slot: int, counts: Mapping[str, int]) -> None:
        """Repeated, it falls on the same row with the same content."""
        self._table.commit([seen(sending, slot, counts)])

    def products(self) -> list[str]:
        row = self._table.get("TRENDS", "LIST")
        return list(row["products"]) if row else []

    def reckon(self, now: datetime) -> None:
        """Folds what is over, each slot once, and writes the list anew."""
        before = standing = self._standing()
        still_open: list[tuple[int, Mapping[str, int]]] = []
        for slot in rules.open_slots(standing, now):
            counted = self._counted(slot)
            if rules.accepts(slot, now):
                still_open.append((slot, counted))
            elif counted or standing.slot:  # before the first thing is counted, there is nothing to fold it into
                standing = rules.folded(standing, slot, counted)
        if standing is not before:
            self._stand(standing, before)
        products = rules.ranked(standing, still_open)
        if products != self.products():
            self._table.commit([put({"pk": "TRENDS", "sk": "LIST", "products": products})])

    def _stand(self, standing: Standing, before: Standing) -> None:
        row = put({"pk": "TRENDS", "sk": "STANDING", "slot": standing.slot, "scores": dict(standing.scores)})
        self._table.commit([row.when(slot=before.slot or None).otherwise(FoldedElsewhere())])

    def _standing(self) -> Standing:
        row = self._table.get("TRENDS", "STANDING")
        return Standing(row["slot"], row["scores"]) if row else Standing()

    def _counted(self, slot: int) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for shard in range(rules.SHARDS):
            for row in islice(self._table.every(f"SEEN#{slot}#{shard}", at_once=500), rules.SAMPLE):
                counted.update(row["counts"])
        return dict(counted)


@cache
def trends() -> Trends:
    return Trends()


def seen(sending: str, slot: int, counts: Mapping[str, int]) -> Change:
    row: Item = {"pk": f"SEEN#{slot}#{rules.shard_of(sending)}", "sk": sending, "counts": dict(counts)}
    return put(row | {"ttl": clock.epoch_s(rules.ends(slot) + KEPT_FOR)})
