"""One page of hits in an order that stays: it begins behind the last hit of the one before, wherever that is by now."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Generic, TypeVar

from tantivy import Occur, Query

from functions.search.index.distances import kilometres
from functions.search.index.embedded.asking import MOST, any_of, raw_between, silent, weighed
from functions.search.index.embedded.reading import Reader, Row, all_of
from functions.search.index.embedded.schema import signs_in
from functions.search.model.asked import After
from functions.search.model.documents import Card, Place, StoreCard
from functions.search.words.plan import Plan

C = TypeVar("C", Card, StoreCard)

_SPARE = 8  # looked at beyond a page at first: hits that are exactly equal are put in order here
_STORES = 65_000
MOST_OF_FEW = 1_000
_FEW, _MANY = "few", "many"


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """What is on the page: how its cards are read, and what each is known by."""

    read: Callable[[Reader, Sequence[Row]], list[C]]
    id_of: Callable[[C], str]


GOODS: Kind[Card] = Kind(Reader.cards, attrgetter("offer_id"))
STORES: Kind[StoreCard] = Kind(Reader.store_cards, attrgetter("store_id"))


@dataclass(frozen=True, slots=True)
class Placed(Generic[C]):
    card: C
    by: Any
    id: str
    score: float = 0.0


class _Weights(dict[int, float]):
    """What a set of signs adds up to, found out once for each that turns up."""

    def __init__(self, of_signs: dict[str, float]) -> None:
        super().__init__()
        self._of_signs = of_signs

    def __missing__(self, bits: int) -> float:
        made = self[bits] = sum(self._of_signs.get(sign, 0.0) for sign in signs_in(bits))
        return made


@dataclass(frozen=True, slots=True)
class Page(Generic[C]):
    total: int
    hits: list[Placed[C]]
    after: After | None


class Pages(Generic[C]):
    def __init__(self, reader: Reader, kind: Kind[C], limit: int) -> None:
        self._reader, self._limit = reader, limit
        self._kind: Kind[C] = kind

    def by_score(self, found: Query, plan: Plan, after: After | None) -> Page[C]:
        """Of few, the standing of each is looked at; of many, tantivy adds it up. Later pages go on so."""
        if after is None or after[0] == _FEW:
            page = self._by_score_of_few(found, plan, after and after[1:])
            if page:
                return page
        return self._by_score_of_many(weighed(found, plan, self._reader), after and after[1:])

    def _by_score_of_few(self, found: Query, plan: Plan, after: After | None) -> Page[C] | None:
        rows, total = self._reader.scored(found, MOST_OF_FEW)
        if total > MOST_OF_FEW:
            if after is None:
                return None
            rows, total = self._reader.scored(found, total)
        weights = _Weights(dict(plan.standing))
        signs, ties = self._reader.numbers("signs", rows), self._reader.numbers("place_in_order", rows)
        ranked = sorted(
            (Row(row.address, (-row.by - weights[its], -tie)) for row, its, tie in zip(rows, signs, ties, strict=True)),
            key=attrgetter("by"),
        )
        if after:
            ranked = [row for row in ranked if row.by >= tuple(after[0])]
        behind = (tuple(after[0]), after[1]) if after else None
        hits = self._taken(lambda wanted: (ranked[:wanted], len(ranked) <= wanted), behind, self._limit + 1)
        shown = [Placed(each.card, each.by, each.id, -each.by[0]) for each in hits]
        return self._page(total, shown, lambda last: (_FEW, last.by, last.id))

    def _by_score_of_many(self, query: Query, after: After | None) -> Page[C]:
        """Scores cannot be searched for, so what was seen is found again, with the scores it had."""
        behind, seen = ((after[0], after[1]), after[2]) if after else (None, 0)

        def fetch(wanted: int) -> tuple[list[Row], bool]:
            rows, _ = self._reader.by_score(query, seen + wanted)
            kept = rows if behind is None else [row for row in rows if row.by <= behind[0]]
            return kept, len(rows) < seen + wanted

        hits = self._taken(fetch, behind, self._limit + 1)
        shown = [Placed(each.card, each.by, each.id, each.by) for each in hits]
        total = self._reader.count(query)
        return self._page(total, shown, lambda last: (_MANY, last.by, last.id, seen + self._limit))

    def by_field(self, query: Query, field: str, after: After | None, *, falling: bool) -> Page[C]:
        """What has no such number, as a price in another currency or no rating yet, comes last."""
        total = self._reader.count(query)
        has = silent(raw_between(field, 0, MOST))
        hits: list[Placed[C]] = []
        numbered = after is None or after[0] == 0
        if numbered:
            hits = self._sorted(all_of([query, has]), field, after and after[1:], self._limit + 1, falling=falling)
        first = len(hits)
        if first <= self._limit:
            without = Query.boolean_query([(Occur.Must, query), (Occur.MustNot, has)])
            behind = None if after is None or numbered else after[1:]
            hits += self._sorted(without, "place_in_order", behind, self._limit + 1 - first, falling=False)
        return self._page(total, hits, lambda last: (int(hits.index(last) >= first), last.by, last.id))

    def by_distance(self, query: Query, place: Place, after: After | None) -> Page[C]:
        """Store after store, the nearest first; those that do not say where they are come last."""
        total = self._reader.count(query)
        counted = self._reader.counted(query, {"s": {"terms": {"field": "store", "size": _STORES}}})
        far = {store: kilometres(place, its) for store, its in self._reader.places().items()}
        unknown = float("inf")
        stores = sorted((far.get(str(each["key"]), unknown), str(each["key"])) for each in counted["s"]["buckets"])
        hits: list[Placed[C]] = []
        for km, store in stores:
            if after and (km, store) < (unknown if after[0] is None else after[0], after[1]):
                continue
            behind = after[2:] if after and store == after[1] else None
            of_store = all_of([query, silent(any_of("store", [store]))])
            found = self._sorted(of_store, "place_in_order", behind, self._limit + 1 - len(hits), falling=False)
            hits += [Placed(each.card, (None if km == unknown else km, store, each.by), each.id) for each in found]
            if len(hits) > self._limit:
                break
        return self._page(total, hits, lambda last: (*last.by, last.id))

    def _sorted(
        self, query: Query, field: str, behind: tuple[Any, ...] | None, wanted: int, *, falling: bool
    ) -> list[Placed[C]]:
        if behind:
            bounds = (0, behind[0]) if falling else (behind[0], MOST)
            query = all_of([query, silent(raw_between(field, *bounds))])

        def fetch(wanted: int) -> tuple[list[Row], bool]:
            rows, _ = self._reader.by_field(query, field, wanted, falling=falling)
            return rows, len(rows) < wanted

        return self._taken(fetch, behind, wanted)

    def _taken(
        self, fetch: Callable[[int], tuple[list[Row], bool]], behind: tuple[Any, ...] | None, wanted: int
    ) -> list[Placed[C]]:
        """The first `wanted`; equals by their id, for which all of a group of equals has to be there."""
        looked_at = wanted + _SPARE
        while True:
            rows, all_there = fetch(looked_at)
            if not all_there and rows:
                last = rows[-1].by
                while rows and rows[-1].by == last:
                    rows.pop()
            taken: list[Placed[C]] = []
            for by, group in groupby(rows, key=attrgetter("by")):
                taken += self._in_order(by, list(group), behind)
                if len(taken) >= wanted:
                    return taken[:wanted]
            if all_there:
                return taken
            looked_at *= 4

    def _in_order(self, by: Any, rows: list[Row], behind: tuple[Any, ...] | None) -> list[Placed[C]]:
        cards = self._kind.read(self._reader, rows)
        placed = sorted((Placed(card, by, self._kind.id_of(card)) for card in cards), key=attrgetter("id"))
        if behind and by == behind[0]:
            return [each for each in placed if each.id > behind[1]]
        return placed

    def _page(self, total: int, hits: list[Placed[C]], after: Callable[[Placed[C]], After]) -> Page[C]:
        shown = hits[: self._limit]
        more = len(hits) > self._limit
        return Page(total, shown, after(shown[-1]) if more and shown else None)
