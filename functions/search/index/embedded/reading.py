"""What a process reads: the generation in use as of its last commit, looked after again before every search."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Query

from functions.search.index.cards import card_in, store_in
from functions.search.index.embedded.folder import Folder
from functions.search.index.embedded.schema import STORE, schema
from functions.search.index.port import IndexAway
from functions.search.model.documents import Card, Place, StoreCard
from functions.search.words.plan import Match

Address = tantivy.DocAddress
_EVERY_STORE = 100_000


def term(name: str, word: str) -> Query:
    return Query.term_query(schema(), name, word, "basic")


def all_of(queries: Iterable[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def _count(result: tantivy.SearchResult) -> int:
    return int(getattr(result, "count"))  # noqa: B009 - its type stub forgot this one


@dataclass(frozen=True, slots=True)
class Row:
    """A hit: its address, and the number it was sorted by, or its score."""

    address: Address
    by: Any


class Reader:
    """One state of one generation: what is found in it agrees with itself."""

    def __init__(self, index: tantivy.Index, generation: str) -> None:
        self.index, self.generation = index, generation
        self.searcher = index.searcher()
        self._places: dict[str, Place] | None = None
        self._known: dict[Match, bool] = {}

    def count(self, query: Query) -> int:
        return _count(self.searcher.search(query, limit=1))

    def by_score(self, query: Query, limit: int) -> tuple[list[Row], int]:
        """`jitter` tells apart what counts alike."""
        result = self.searcher.search(query, limit=limit, weight_by_field="jitter")
        return [Row(address, score) for score, address in result.hits], _count(result)

    def by_field(self, query: Query, field: str, limit: int, *, falling: bool) -> tuple[list[Row], int]:
        order = tantivy.Order.Desc if falling else tantivy.Order.Asc
        result = self.searcher.search(query, limit=limit, order_by_field=field, order=order)
        return [Row(address, value) for value, address in result.hits], _count(result)

    def scored(self, query: Query, limit: int) -> tuple[list[Row], int]:
        """In no order that could be relied on."""
        result = self.searcher.search(query, limit=limit)
        return [Row(address, score) for score, address in result.hits], _count(result)

    def numbers(self, field: str, rows: Sequence[Row]) -> list[int]:
        values = self.searcher.fast_field_values(field, [row.address for row in rows])
        return [int(value or 0) for value in values]

    def knows(self, match: Match) -> bool:
        """Whether any document has the word; what is like it is not looked for."""
        if match.distance:
            return True
        known = self._known.get(match)
        if known is None:
            known = self._known[match] = self.searcher.doc_freq(match.field, match.word) > 0
        return known

    def counted(self, query: Query, asked: dict[str, Any]) -> dict[str, Any]:
        return self.searcher.aggregate(query, asked)

    def cards(self, rows: Sequence[Row]) -> list[Card]:
        return [card_in(self._stored(row)) for row in rows]

    def store_cards(self, rows: Sequence[Row]) -> list[StoreCard]:
        return [store_in(self._stored(row)) for row in rows]

    def _stored(self, row: Row) -> bytes:
        content: bytes = self.searcher.doc(row.address).get_first("card") or b"{}"
        return content

    def places(self) -> dict[str, Place]:
        """Of every store that says where it is; read once for each state of the index."""
        if self._places is None:
            rows, _ = self.by_field(term("kind", STORE), "quality", _EVERY_STORE, falling=True)
            cards = self.store_cards(rows)
            self._places = {card.store_id: card.place for card in cards if card.place}
        return self._places


class Reading:
    """Looks at two small files to learn that nothing changed, which is what mostly happened."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._reader: Reader | None = None
        self._seen: tuple[Any, ...] = ()

    def now(self) -> Reader:
        for _ in range(3):  # a generation may be replaced between being named and being opened
            generation = self._folder.current()
            if generation is None:
                raise IndexAway("There is no index yet.")
            seen = self._state(generation)
            if self._reader and seen == self._seen:
                return self._reader
            try:
                self._reader = self._renewed(generation)
            except IndexAway:
                if self._folder.current() == generation:
                    raise
                continue
            self._seen = seen
            return self._reader
        raise IndexAway("The index is being replaced over and over.")

    def _state(self, generation: str) -> tuple[Any, ...]:
        try:
            stat = os.stat(self._folder.path(generation) / "meta.json")  # noqa: PTH116 - ten times a search's price
        except FileNotFoundError:
            return (generation,)
        return generation, stat.st_ino, stat.st_mtime_ns, stat.st_size

    def _renewed(self, generation: str) -> Reader:
        if self._reader and self._reader.generation == generation:
            index = self._reader.index
            index.reload()
        else:
            index = self._folder.open(generation)
            index.config_reader("manual")
            index.reload()
        return Reader(index, generation)
