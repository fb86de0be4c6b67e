"""Search's consumers on a table in memory and an index of dictionaries, and the news of a small market for them.

The index keeps of a document what the highest revision said, as both adapters do (`tests/contract/search` holds them
to it). Every call of the table and of the index is a switch point, and a point where the process may die.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.search import consumers, events, filling, indexing
from functions.search.index.port import Into, RebuildElsewhere
from functions.search.model import told
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Outcome
from functions.search.store import listings, purchases, rebuilds, rows, stores, trends, visits
from kernel import aws, clock, table
from kernel.changes import decode
from kernel.events import Received, Seen
from tests.builders import search as a
from tests.chaos.faults import Call, Crash
from tests.chaos.memory_table import MemoryDynamoDB
from tests.chaos.processes import captured_log
from tests.chaos.wire import Wire

NAME = "search"
STORES = tuple(f"sto_{number:026d}" for number in (1, 2))
OFFERS = (1, 2, 3)  # the first two are the first store's
HANDLERS: dict[type[Seen], Callable[[Received[Any]], None]] = {
    told.OfferListed: consumers.hear_of_listing,
    told.OfferWithdrawn: consumers.hear_of_withdrawal,
    told.StockChanged: consumers.hear_of_stock,
    told.StoreChanged: consumers.hear_of_store_change,
    told.StoreToRefresh: consumers.refresh_store,
    told.RebuildStarted: consumers.begin_rebuild,
    told.RebuildShard: consumers.fill_shard,
    told.RebuildAbandoned: consumers.abandon_rebuild,
}
OWN = {kind.__name__: kind for kind in HANDLERS if hasattr(events, kind.__name__)}


@dataclass
class MemoryIndex:
    wire: Wire
    generations: dict[str, dict[str, Document | StoreDocument]] = field(default_factory=lambda: {"first": {}})
    current: str = "first"
    filling: str | None = None

    @property
    def held(self) -> dict[str, Document | StoreDocument]:
        return self.generations[self.current]

    def apply(self, wanted: Sequence[Document], into: Into = "everywhere") -> list[Outcome]:
        return self._applied({one.card.offer_id: one for one in wanted}, into)

    def apply_stores(self, wanted: Sequence[StoreDocument], into: Into = "everywhere") -> list[Outcome]:
        return self._applied({one.card.store_id: one for one in wanted}, into)

    def rebuilding(self) -> str | None:
        return self.filling

    def begin(self, generation: str) -> None:
        self._call("Begin", lambda: self._begin(generation))

    def finish(self, generation: str) -> None:
        self._call("Finish", lambda: self._finish(generation))

    def abandon(self, generation: str) -> None:
        self._call("Abandon", lambda: self._abandon(generation))

    def _applied(self, wanted: dict[str, Any], into: Into) -> list[Outcome]:
        self._call("Apply", lambda: self._write(wanted, into))
        return [Outcome(name, "applied") for name in wanted]

    def _write(self, wanted: dict[str, Any], into: Into) -> None:
        if into == "next" and not self.filling:
            raise RebuildElsewhere("Nothing is being filled.")
        names = {self.current, self.filling} if into == "everywhere" else {self.filling}
        for generation in [self.generations[name] for name in names if name]:
            for name, one in wanted.items():
                if name not in generation or generation[name].revision <= one.revision:
                    generation[name] = one

    def _begin(self, generation: str) -> None:
        if self.filling not in (None, generation):
            raise RebuildElsewhere(str(self.filling))
        if self.current != generation:
            self.filling = generation
            self.generations.setdefault(generation, {})

    def _finish(self, generation: str) -> None:
        if self.current == generation:
            return
        if self.filling != generation:
            raise RebuildElsewhere(str(self.filling))
        del self.generations[self.current]
        self.current, self.filling = generation, None

    def _abandon(self, generation: str) -> None:
        if self.filling == generation:
            self.filling = None
            del self.generations[generation]

    def _call(self, operation: str, do: Callable[[], None]) -> None:
        def done(_: Any) -> dict[str, Any]:
            do()
            return {}

        self.wire(Call("index", operation, {}), done)


@dataclass
class SearchWorld:
    wire: Wire
    chance: random.Random
    client: MemoryDynamoDB
    index: MemoryIndex
    handed: int = 0  # of search's own events

    def own(self) -> list[Received[Any]]:
        """The events that search has told itself since this was last asked."""
        rows = self.client.inserted[NAME]
        fresh, self.handed = rows[self.handed :], len(rows)
        found = []
        for row in map(decode, fresh):
            kind = OWN.get(row.get("type", "").partition(".")[0])
            if kind:
                data = kind.model_validate(json.loads(row["envelope"])["data"])
                found.append(a.received(data, row["pk"], int(row["sk"].partition("#")[0])))
        return found

    def handle(self, event: Received[Any]) -> None:
        """Until it is done, as a queue would: whoever dies in the middle is begun again."""
        for _ in range(20):
            try:
                HANDLERS[type(event.data)](event)
                return
            except (Crash, Exception):  # noqa: BLE001 - whatever became of it, the message comes again
                continue
        raise AssertionError(f"{event.data} was never handled")

    def drain(self, waiting: list[Received[Any]]) -> None:
        """In any order, and now and then twice."""
        while waiting:
            event = waiting.pop(self.chance.randrange(len(waiting)))
            self.handle(event)
            if self.chance.random() < 0.15:
                waiting.append(event)
            waiting += self.own()


@contextmanager
def search_world(wire: Wire, chance: random.Random, patch: pytest.MonkeyPatch) -> Iterator[SearchWorld]:
    client = MemoryDynamoDB((NAME,), wire, clock.now)
    wire.forget_tokens = client.forget_tokens
    index = MemoryIndex(wire)
    for name, value in {"TABLE": NAME, "DOMAIN": NAME, "STAGE": "chaos"}.items():
        patch.setenv(name, value)
    for module in (indexing, filling):
        patch.setattr(module, "index", lambda: index)
    patch.setattr(table, "sleep", lambda _: wire.switch())
    patch.setattr(consumers, "PAGE", 1)
    patch.setattr(consumers, "PAGES", 1)
    patch.setattr(filling, "PAGE", 1)
    for module in (rows, rebuilds):  # so few, that a part has several pages
        patch.setattr(module, "SHARDS", 2)
    aws.use("dynamodb", client)
    _forget()
    try:
        with captured_log(keep=False):
            yield SearchWorld(wire, chance, client, index)
    finally:
        aws.use("dynamodb", None)
        _forget()


def _forget() -> None:
    crowd = (purchases.purchases, trends.trends, visits.visits)
    for memory in (listings.listings, stores.stores, rebuilds.rebuilds, *crowd):
        memory.cache_clear()


# News


@dataclass
class Market:
    """What happened, in the order in which it did: whoever hears all of it, in whatever order, knows the end."""

    news: list[Received[Any]] = field(default_factory=list)
    prices: dict[int, int | None] = field(default_factory=dict)  # by offer; None: withdrawn
    orderable: dict[int, bool] = field(default_factory=dict)
    names: dict[str, tuple[str, bool]] = field(default_factory=dict)  # of stores, and whether they are open


def a_market(chance: random.Random) -> Market:
    market = Market()
    for offer in OFFERS:
        for version in range(1, chance.randint(2, 4)):
            _listed(market, chance, offer, version)
        for sequence in range(1, chance.randint(1, 4)):
            market.orderable[offer] = chance.random() < 0.5
            told_of = a.stock(offer, sequence, orderable=market.orderable[offer], store_id=store_of(offer))
            market.news.append(told_of)
    for store in STORES:
        for version in range(1, chance.randint(2, 4)):
            market.names[store] = (f"Store, as of {version}", chance.random() < 0.8)
            name, is_open = market.names[store]
            standing = "open" if is_open else "suspended"
            market.news.append(a.store_told(version, store, name=name, standing=standing))
    return market


def _listed(market: Market, chance: random.Random, offer: int, version: int) -> None:
    if chance.random() < 0.25:
        market.prices[offer] = None
        market.news.append(a.withdrawn(offer, version, store_of(offer)))
        return
    market.prices[offer] = price = chance.randint(1, 99)
    path = [a.CAMERAS, a.FILM_CAMERAS][: chance.randint(1, 2)]
    listing = a.a_listing(offer, version, store_id=store_of(offer), variant={"price": price}, category_path=path)
    market.news.append(a.listed(listing))


def store_of(offer: int) -> str:
    return STORES[0] if offer < OFFERS[-1] else STORES[1]


# What has to be


def wrong(world: SearchWorld, market: Market) -> list[str]:
    """Every listing and store in the index as the market left it."""
    held, found = world.index.held, []
    sold: dict[str, set[str]] = {store: set() for store in STORES}
    for offer, price in market.prices.items():
        one = held.get(a.offer_id(offer))
        name, is_open = market.names.get(store_of(offer), ("", True))
        shown = price is not None and is_open
        if not isinstance(one, Document) or not shown:
            if shown or (one and one.shown):
                found.append(f"offer {offer} is to be {'shown' if shown else 'hidden'}, and is {one}")
            continue
        said = (one.shown, one.card.prices, one.card.available, one.card.store_name)
        expected = (True, {"EUR": price}, market.orderable.get(offer, True), name)
        if said != expected:
            found.append(f"offer {offer} is {said}, not {expected}")
    for offer, price in market.prices.items():
        one = held.get(a.offer_id(offer))
        if price is not None and isinstance(one, Document):
            sold[store_of(offer)] |= set(one.card.category_path)
    for store, (name, is_open) in market.names.items():
        kept = held.get(store)
        told_of = isinstance(kept, StoreDocument) and (kept.card.name, kept.shown, set(kept.categories))
        if told_of != (name, is_open, sold[store]):
            found.append(f"{store} is {told_of}, not {(name, is_open, sold[store])}")
    return found
