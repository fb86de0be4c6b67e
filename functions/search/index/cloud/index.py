"""The index in OpenSearch: a managed domain or a Serverless collection, which know the same calls."""

from collections.abc import Callable, Sequence
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from functions.search.index.cloud.generations import Generations
from functions.search.index.cloud.names import LISTINGS, STORES
from functions.search.index.cloud.queries import SHOWN
from functions.search.index.cloud.searching import Searching
from functions.search.index.cloud.signed import Refused, Signed, Unreachable
from functions.search.index.cloud.sources import write_of, write_of_store
from functions.search.index.cloud.suggesting import Suggesting
from functions.search.index.cloud.writing import Writing
from functions.search.index.port import IndexAway, Into
from functions.search.model.asked import Asked, AskedStores
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Found, FoundStores, Health, Hit, Outcome, Suggestions

P = ParamSpec("P")
R = TypeVar("R")
# No index yet, or no right to it: people see a degraded answer, and whoever looks at health or the log sees why.
AWAY = (HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def away_if_unanswered(method: Callable[P, R]) -> Callable[P, R]:
    @wraps(method)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        try:
            return method(*args, **named)
        except Unreachable as error:
            raise IndexAway(str(error)) from error
        except Refused as error:
            if error.status in AWAY:
                raise IndexAway(str(error)) from error
            raise

    return asked


class CloudIndex:
    """`at_once`: writes are found when `apply` returns, which costs a refresh each and is for tests."""

    def __init__(self, endpoint: str, *, at_once: bool = False) -> None:
        cluster = Signed(endpoint)
        self._generations = Generations(cluster)
        self._writing = Writing(cluster, self._generations, at_once=at_once)
        self._searching = Searching(cluster)
        self._suggesting = Suggesting(cluster)

    @away_if_unanswered
    def apply(self, documents: Sequence[Document], into: Into = "everywhere") -> list[Outcome]:
        return self._writing.write(LISTINGS, [write_of(document) for document in documents], into)

    @away_if_unanswered
    def apply_stores(self, stores: Sequence[StoreDocument], into: Into = "everywhere") -> list[Outcome]:
        return self._writing.write(STORES, [write_of_store(store) for store in stores], into)

    @away_if_unanswered
    def search(self, asked: Asked) -> Found:
        return self._searching.search(asked)

    @away_if_unanswered
    def suggest(self, text: str, language: str, limit: int = 8) -> Suggestions:
        return self._suggesting.suggest(text, language, limit)

    @away_if_unanswered
    def similar(self, product_id: str, language: str, limit: int = 10) -> tuple[Hit, ...]:
        return self._suggesting.similar(product_id, language, limit)

    @away_if_unanswered
    def cards(self, product_ids: Sequence[str], language: str) -> tuple[Hit, ...]:
        return self._suggesting.cards(product_ids, language)

    @away_if_unanswered
    def search_stores(self, asked: AskedStores) -> FoundStores:
        return self._searching.search_stores(asked)

    @away_if_unanswered
    def rebuilding(self) -> str | None:
        return self._generations.both()[1]

    @away_if_unanswered
    def begin(self, generation: str) -> None:
        self._generations.begin(generation)

    @away_if_unanswered
    def finish(self, generation: str) -> None:
        self._generations.finish(generation)

    @away_if_unanswered
    def abandon(self, generation: str) -> None:
        self._generations.abandon(generation)

    def health(self) -> Health:
        try:
            return self._health()
        except (IndexAway, Refused) as error:
            return Health(kind="opensearch", available=False, detail=str(error))

    @away_if_unanswered
    def _health(self) -> Health:
        current, following = self._generations.both()
        if not current:
            return Health(kind="opensearch", available=False, rebuilding=following, detail="There is no index yet.")
        return Health(
            kind="opensearch",
            available=True,
            documents=self._count(LISTINGS),
            stores=self._count(STORES),
            generation=current,
            rebuilding=following,
        )

    def _count(self, alias: str) -> int:
        told = self._searching.ask(alias, {"query": SHOWN, "size": 0, "track_total_hits": True})
        return int(told["hits"]["total"]["value"])
