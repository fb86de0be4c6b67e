"""What only OpenSearch can do wrong: calls that end half-way, aliases that move between two calls, a node that dies."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest

from functions.search.index.cloud.index import CloudIndex
from functions.search.index.cloud.names import ALIASES
from functions.search.index.cloud.signed import Asking, Signed
from functions.search.index.port import IndexAway, RebuildElsewhere
from functions.search.model.asked import Asked
from functions.search.model.documents import Document
from tests.builders.listed import a_listed_store, a_listing, an_id
from tests.contract.search.conftest import in_opensearch
from tools.opensearch.node import Node

pytestmark = pytest.mark.network  # to nodes of this machine
GOODS = [a_listing(number) for number in range(3)]


class Cut(Exception):
    """The process ended here."""


@contextmanager
def before_each_call(act: Callable[[int, Asking], None]) -> Iterator[list[Asking]]:
    """What `act` raises, the call raises; what it does has happened when the call begins."""
    real, made = Signed.ask, list[Asking]()

    def ask(self: Signed, asking: Asking, within_s: float, **options: Any) -> Mapping[str, Any]:
        made.append(asking)
        act(len(made) - 1, asking)
        return real(self, asking, within_s, **options)

    with patch.object(Signed, "ask", ask):
        yield made


def cut_at(place: int) -> Callable[[int, Asking], None]:
    def end_there(number: int, _: Asking) -> None:
        if number == place:
            raise Cut

    return end_there


@pytest.fixture
def index(emptied: Node) -> CloudIndex:
    made = in_opensearch(emptied).index
    assert isinstance(made, CloudIndex)
    return made


def found(index: CloudIndex) -> list[str]:
    return sorted(hit.card.offer_id for hit in index.search(Asked(limit=100)).hits)


def ids(documents: Sequence[Document]) -> list[str]:
    return [document.card.offer_id for document in documents]


def indexes(node: Node) -> list[str]:
    return sorted(Signed(node.url).ask(Asking("GET", "/_alias"), 10))


def rebuilt(index: CloudIndex, generation: str) -> None:
    """As whoever is responsible for it does it, and does it again after a crash."""
    index.begin(generation)
    if index.rebuilding() == generation:
        index.apply(GOODS, into="next")
        index.apply_stores([a_listed_store(1)], into="next")
    index.finish(generation)


def test_a_rebuild_is_cut_off_before_any_of_its_calls_and_repeated(index: CloudIndex, emptied: Node):
    index.apply(GOODS)
    place, whole = 0, False
    while not whole:
        generation = f"g{place}"
        with before_each_call(cut_at(place)) as made:
            try:
                rebuilt(index, generation)
            except Cut:
                assert len(made) == place + 1
            else:
                whole = True
        assert found(index) == ids(GOODS), f"cut off before {made[-1]}"
        rebuilt(index, generation)
        assert (found(index), index.health().generation, index.rebuilding()) == (ids(GOODS), generation, None)
        assert indexes(emptied) == [f"{kind}-{generation}" for kind in ALIASES], "something was left behind"
        place += 1
    assert place > 10


def test_an_abandoned_rebuild_is_cut_off_anywhere_and_abandoned_again(index: CloudIndex, emptied: Node):
    index.apply(GOODS)
    before = indexes(emptied)
    for place in range(6):
        with before_each_call(cut_at(place)):
            try:
                index.begin("half")
                index.abandon("half")
            except Cut:
                pass
        index.abandon("half")
        assert (index.rebuilding(), found(index)) == (None, ids(GOODS))
        assert [name for name in indexes(emptied) if name not in before] == []


@pytest.mark.parametrize("place", range(3))
def test_a_rebuild_that_ends_between_the_calls_of_a_write_does_not_lose_it(index: CloudIndex, place: int):
    index.apply(GOODS)
    index.begin("g2")
    index.apply(GOODS, into="next")

    beside = CloudIndex(index._searching._cluster.endpoint, at_once=True)

    def finish_there(number: int, _: Asking) -> None:
        if number == place:
            beside.finish("g2")

    late = a_listing(9)
    with before_each_call(finish_there):
        assert [outcome.became for outcome in index.apply([late])] == ["applied"]
    assert (index.health().generation, found(index)) == ("g2", ids([*GOODS, late]))


@pytest.mark.parametrize("place", range(3))
def test_a_rebuild_that_begins_between_the_calls_of_a_write_leaves_that_one_to_its_own_pages(
    index: CloudIndex, place: int
):
    """The write is in the table before it comes here, and the rebuild reads the table after it has begun."""
    index.apply(GOODS)
    beside = CloudIndex(index._searching._cluster.endpoint, at_once=True)

    def begin_there(number: int, _: Asking) -> None:
        if number == place:
            beside.begin("g2")

    late = a_listing(9)
    with before_each_call(begin_there):
        assert [outcome.became for outcome in index.apply([late])] == ["applied"]
    index.begin("g2")
    index.apply([*GOODS, late], into="next")
    index.finish("g2")
    assert found(index) == ids([*GOODS, late])


def test_two_rebuilds_that_begin_at_the_same_time_do_not_both_go_on(index: CloudIndex, emptied: Node):
    index.apply(GOODS)
    beside, begun = CloudIndex(emptied.url), list[str]()

    def begin_another(number: int, asking: Asking) -> None:
        if asking.method == "PUT" and not begun:  # the first has just seen that it is alone
            begun.append("g3")
            beside.begin("g3")

    with before_each_call(begin_another), pytest.raises(RebuildElsewhere, match="g3 is being filled"):
        index.begin("g2")
    assert (index.rebuilding(), found(index)) == ("g3", ids(GOODS))
    assert not [name for name in indexes(emptied) if name.endswith("g2")]


def test_a_write_that_comes_when_everything_is_gone_does_not_bring_back_an_index_without_its_form(
    index: CloudIndex, emptied: Node
):
    index.apply(GOODS)
    in_opensearch(emptied)  # which deletes everything
    index.apply(GOODS[:1])
    assert indexes(emptied) == ["listings-first", "stores-first"]
    form = Signed(emptied.url).ask(Asking("GET", "/listings-first/_mapping"), 10)["listings-first"]["mappings"]
    assert (form["dynamic"], form["properties"]["words"]["type"]) == ("strict", "keyword")


def test_what_the_index_cannot_take_is_refused_alone_and_says_why(index: CloudIndex):
    bad = a_listing(8, place=(95.0, 10.0))  # no such latitude
    good, refused = index.apply([GOODS[0], bad])
    assert (good.became, refused.became, refused.done) == ("applied", "refused", False)
    assert "latitude" in refused.reason
    assert found(index) == ids(GOODS[:1])


def test_many_are_written_in_several_calls_and_each_has_its_outcome(index: CloudIndex):
    many = [a_listing(number, descriptions={"en": "word " * 40}) for number in range(1_100)]
    with before_each_call(lambda *_: None) as made:
        outcomes = index.apply(many)
    assert [outcome.id for outcome in outcomes] == ids(many)
    assert {outcome.became for outcome in outcomes} == {"applied"}
    assert len([asking for asking in made if asking.path.endswith("_bulk")]) > 2
    assert index.health().documents == 1_100


def test_a_search_is_one_call_and_a_mistyped_one_two(index: CloudIndex):
    index.apply([a_listing(1, title="Leather satchel")])
    for text, calls in (("satchel", 1), ("sachel", 2), ("", 1)):
        with before_each_call(lambda *_: None) as made:
            assert index.search(Asked(text=text, facets=("brand", "price"))).total == 1
        assert len(made) == calls, text
    with before_each_call(lambda *_: None) as made:
        assert index.suggest("satc", "en").hits
    assert len(made) == 1


def test_what_was_acknowledged_survives_a_node_that_is_killed(index: CloudIndex, emptied: Node):
    index.apply(GOODS)
    emptied.kill()
    away = index.health()
    assert (away.available, away.kind) == (False, "opensearch")
    with pytest.raises(IndexAway):
        index.search(Asked())
    emptied.start()
    again = CloudIndex(emptied.url, at_once=True)
    again.apply([a_listing(9)])
    assert found(again) == [*ids(GOODS), an_id("ofr", 9)]
    assert [outcome.became for outcome in again.apply([a_listing(0, revision=0)])] == ["stale"]
