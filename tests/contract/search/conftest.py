"""Every test here runs against every index there is: what one does, the other does."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from functions.search.index.cloud.index import CloudIndex
from functions.search.index.cloud.names import ALIASES
from functions.search.index.cloud.signed import Asking, Signed
from functions.search.index.embedded.index import EmbeddedIndex
from functions.search.index.port import Index
from functions.search.model.asked import Asked
from functions.search.model.documents import Document, StoreDocument
from functions.search.model.found import Hit, Outcome
from tests.builders.listed import a_shelf, its_stores
from tools.opensearch.node import Node, lacking

OPENSEARCH = pytest.param("opensearch", marks=pytest.mark.network)  # to a node of this machine, started for the session
ADAPTERS = ("embedded", OPENSEARCH)


@dataclass(frozen=True)
class Shelf:
    """An index and a way to wait until what was written is found."""

    index: Index
    settle: Callable[[], None]

    def put(self, *documents: Document) -> list[Outcome]:
        outcomes = self.index.apply(documents)
        self.settle()
        return outcomes

    def put_stores(self, stores: Iterable[StoreDocument]) -> list[Outcome]:
        outcomes = self.index.apply_stores(list(stores))
        self.settle()
        return outcomes

    def all_hits(self, asked: Asked) -> list[Hit]:
        """Page after page."""
        found: list[Hit] = []
        while True:
            page = self.index.search(asked)
            found += page.hits
            if page.after is None:
                return found
            assert page.hits, "a page without hits says that there is another one"
            asked = _behind(asked, page.after)

    def ids(self, asked: Asked) -> list[str]:
        return [hit.card.offer_id for hit in self.all_hits(asked)]

    def titles(self, text: str, language: str = "en") -> list[str]:
        return [hit.title for hit in self.all_hits(Asked(text=text, language=language))]


def _behind(asked: Asked, after: Sequence[object]) -> Asked:
    return replace(asked, after=tuple(json.loads(json.dumps(after))))  # as it comes back from a client


def embedded(folder: Path) -> Shelf:
    return Shelf(EmbeddedIndex(folder), lambda: None)


@pytest.fixture(autouse=True)
def signing(monkeypatch: pytest.MonkeyPatch) -> None:
    sign_as_anybody(monkeypatch)


def sign_as_anybody(environment: pytest.MonkeyPatch) -> None:
    """A node alone looks at no signature; what is sent carries one all the same."""
    for name, value in {"REGION": "eu-central-1", "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        environment.setenv(f"AWS_{name}", value)


@pytest.fixture(scope="package")  # a node is half a gigabyte: it goes when the last test of this folder is over
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Where every test begins with nothing."""
    yield from a_node(tmp_path_factory.mktemp("opensearch"))


@pytest.fixture(scope="package")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    yield from a_node(tmp_path_factory.mktemp("opensearch"))


def a_node(folder: Path) -> Iterator[Node]:
    if why := lacking():
        pytest.skip(f"no OpenSearch: {why}")
    with Node(folder) as node:
        yield node


def in_opensearch(node: Node) -> Shelf:
    """Emptied: whatever has an alias is a generation, and whatever is a generation begins with an alias's name."""
    for alias in ALIASES:
        Signed(node.url).ask(Asking("DELETE", f"/{alias}-*", query={"expand_wildcards": "all"}), within_s=30)
    return Shelf(CloudIndex(node.url, at_once=True), lambda: None)


@pytest.fixture(params=ADAPTERS)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """Empty."""
    if request.param == "embedded":
        return embedded(tmp_path / "index")
    return in_opensearch(request.getfixturevalue("emptied"))


GOODS = a_shelf(400)


@pytest.fixture(scope="package", params=ADAPTERS)
def full(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """With 400 goods of 12 stores, for tests that only read."""
    with pytest.MonkeyPatch.context() as environment:
        sign_as_anybody(environment)
        if request.param == "embedded":
            shelf = embedded(tmp_path_factory.mktemp("search") / "index")
        else:
            shelf = in_opensearch(request.getfixturevalue("filled"))
        shelf.put_stores(its_stores())
        assert all(outcome.became == "applied" for outcome in shelf.put(*GOODS))
    return shelf
