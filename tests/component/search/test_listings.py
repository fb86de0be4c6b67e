"""Listings, stock and stores as they are heard of, and the documents that the index holds of them."""

import itertools
import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.search import consumers, indexing, searching
from functions.search.index.embedded.index import EmbeddedIndex
from functions.search.model import told
from functions.search.model.asked import Asked, AskedStores, Filters
from functions.search.model.documents import Document
from functions.search.rules import documents
from functions.search.store.listings import listings
from functions.search.store.stores import stores
from tests.builders import search as a
from tests.builders.listed import a_listing
from tests.chaos.search_world import MemoryIndex
from tests.chaos.wire import Wire, no_faults


@pytest.fixture(autouse=True)
def shelves(tmp_path, monkeypatch):
    found = EmbeddedIndex(tmp_path)
    found.apply([a_listing(99, title="Lamp")])  # an index that nothing was written into yet is away
    for module in (indexing, searching):
        monkeypatch.setattr(module, "index", lambda: found)
    return found


def walk(world, done=None):
    """Hand every event of search's own to its consumer, until none is new."""
    done = set() if done is None else done
    while True:
        told_of = [row for row in world.envelopes() if row["metadata"]["type"] == "StoreToRefresh"]
        rows = [row for row in told_of if row["metadata"]["id"] not in done]
        if not rows:
            return
        for row in rows:
            done.add(row["metadata"]["id"])
            consumers.refresh_store(a.received(told.StoreToRefresh.model_validate(row["data"])))


def found(shelves, text="leica", **said):
    return shelves.search(Asked(text=text, **said))


def only(shelves, **said):
    [hit] = found(shelves, **said).hits
    return hit.card


def test_a_listing_is_found_with_all_that_its_card_shows(world, shelves):
    consumers.hear_of_store_change(a.store_told(verified=True))
    consumers.hear_of_listing(a.listed(a.a_listing()))
    card = only(shelves)
    assert (card.offer_id, card.prices, card.store_name, card.store_verified) == (
        a.offer_id(),
        {"EUR": 100_00},
        "Analog Cameras",
        True,
    )


def test_a_changed_price_is_found_at_once(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing()))
    consumers.hear_of_change(a.listed(a.a_listing(version=2, variant={"price": 80_00}), told.OfferChanged))
    assert only(shelves).prices == {"EUR": 80_00}


def test_an_older_word_changes_nothing(world, shelves):
    consumers.hear_of_change(a.listed(a.a_listing(version=2, variant={"price": 80_00}), told.OfferChanged))
    consumers.hear_of_listing(a.listed(a.a_listing()))
    assert only(shelves).prices == {"EUR": 80_00}


def test_what_is_withdrawn_is_not_found_even_when_its_listing_comes_late(world, shelves):
    consumers.hear_of_withdrawal(a.withdrawn(version=2))
    consumers.hear_of_listing(a.listed(a.a_listing(version=1)))
    assert found(shelves).total == 0
    consumers.hear_of_listing(a.listed(a.a_listing(version=3)))
    assert found(shelves).total == 1


def test_of_what_is_withdrawn_search_keeps_ids_and_not_a_word(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing()))
    assert "Leica" in json.dumps(world.items())
    for _ in range(2):
        consumers.hear_of_withdrawal(a.withdrawn(version=2))
    assert "Leica" not in json.dumps(world.items())
    [facts] = listings().facts([a.offer_id()])
    assert (facts.kept.version, facts.kept.store_id, facts.kept.listing) == (2, a.STORE, None)
    made = documents.document(facts)
    assert (made.shown, dict(made.card.titles), made.codes, made.revision) == (False, {}, (), facts.kept.revision)


def test_stock_and_store_that_change_after_a_withdrawal_bring_nothing_back(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing()))
    consumers.hear_of_withdrawal(a.withdrawn(version=2))
    consumers.hear_of_stock(a.stock(sequence=1, orderable=False))
    consumers.hear_of_store_change(a.store_told(2, name="Cameras of Kyiv"))
    walk(world)
    assert found(shelves).total == 0
    consumers.hear_of_listing(a.listed(a.a_listing(version=3)))
    assert (only(shelves).available, only(shelves).store_name) == (False, "Cameras of Kyiv")


def test_every_offer_of_an_import_is_found(world, shelves):
    consumers.hear_of_import(a.imported([a.a_listing(number) for number in range(1, 41)]))
    assert found(shelves).total == 40


def test_what_is_sold_out_says_so_and_is_back_when_there_is_some(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing()))
    consumers.hear_of_stock(a.stock(sequence=1, orderable=False))
    assert not only(shelves).available
    consumers.hear_of_stock(a.stock(sequence=3, orderable=True))
    consumers.hear_of_stock(a.stock(sequence=2, orderable=False))
    assert only(shelves).available


def test_stock_that_is_told_before_its_listing_counts(world, shelves):
    consumers.hear_of_stock(a.stock(sequence=1, orderable=False))
    consumers.hear_of_listing(a.listed(a.a_listing()))
    assert not only(shelves).available


def test_a_store_that_says_it_has_none_has_none_until_inventory_tells_otherwise(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing(variant={"quantity": 0})))
    assert not only(shelves).available
    consumers.hear_of_stock(a.stock(sequence=1, orderable=True))
    assert only(shelves).available


@pytest.mark.parametrize(("kind", "available"), [("goods", False), ("digital", True)])
def test_goods_without_a_number_are_not_there_and_files_need_none(world, shelves, kind, available):
    consumers.hear_of_listing(a.listed(a.a_listing(kind=kind, variant={"quantity": None})))
    assert only(shelves).available is available


def test_the_price_shown_is_the_least_of_what_can_be_had(world, shelves):
    variants = [a.a_variant(1, price=90_00, compare_at={"EUR": 120_00}), a.a_variant(2, price=100_00)]
    consumers.hear_of_listing(a.listed(a.a_listing(variants=variants)))
    assert (only(shelves).prices, only(shelves).compare_at) == ({"EUR": 90_00}, {"EUR": 120_00})
    consumers.hear_of_stock(a.stock(1, orderable=False))
    assert (only(shelves).prices, only(shelves).compare_at) == ({"EUR": 100_00}, {})


def test_a_changed_store_is_shown_by_all_of_its_listings(world, shelves, monkeypatch):
    monkeypatch.setattr(consumers, "PAGE", 3)
    monkeypatch.setattr(consumers, "PAGES", 2)
    consumers.hear_of_import(a.imported([a.a_listing(number) for number in range(1, 21)]))
    consumers.hear_of_store(a.store_told(1))
    consumers.hear_of_store_change(a.store_told(2, name="Cameras of Kyiv"))
    walk(world)
    assert {hit.card.store_name for hit in found(shelves, limit=50).hits} == {"Cameras of Kyiv"}


def test_a_suspended_stores_things_and_itself_are_not_found(world, shelves):
    consumers.hear_of_listing(a.listed(a.a_listing()))
    consumers.hear_of_store_change(a.store_told(2, standing="suspended"))
    walk(world)
    assert found(shelves).total == 0
    assert shelves.search_stores(AskedStores(text="analog")).total == 0
    consumers.hear_of_store_change(a.store_told(3))
    walk(world)
    assert (found(shelves).total, shelves.search_stores(AskedStores(text="analog")).total) == (1, 1)


def test_a_store_is_found_by_what_it_sells_as_long_as_it_sells_it(world, shelves):
    consumers.hear_of_store_change(a.store_told())
    consumers.hear_of_listing(a.listed(a.a_listing(1)))
    consumers.hear_of_listing(a.listed(a.a_listing(2)))
    asked = AskedStores(categories=(a.CAMERAS,))
    consumers.hear_of_withdrawal(a.withdrawn(1))
    assert shelves.search_stores(asked).total == 1
    consumers.hear_of_withdrawal(a.withdrawn(2))
    assert (shelves.search_stores(asked).total, stores().store(a.STORE).categories) == (0, ())


def test_a_repeated_event_counts_a_category_once(world, shelves):
    consumers.hear_of_store_change(a.store_told())
    for _ in range(3):
        consumers.hear_of_listing(a.listed(a.a_listing(1)))
    consumers.hear_of_withdrawal(a.withdrawn(1))
    assert stores().store(a.STORE).categories == ()


def test_whoever_was_cut_off_before_the_index_writes_into_it_when_the_event_comes_again(world, shelves):
    listings().hear([a.a_listing()])
    assert found(shelves).total == 0
    consumers.hear_of_listing(a.listed(a.a_listing()))
    assert found(shelves).total == 1


def test_a_listing_moves_from_one_category_to_another(world, shelves):
    consumers.hear_of_store_change(a.store_told())
    consumers.hear_of_listing(a.listed(a.a_listing()))
    consumers.hear_of_change(a.listed(a.a_listing(version=2, category_path=[a.CAMERAS]), told.OfferChanged))
    assert stores().store(a.STORE).categories == (a.CAMERAS,)
    assert found(shelves, filters=Filters(categories=(a.FILM_CAMERAS,))).total == 0


def test_in_whatever_order_all_is_heard_and_however_often_the_index_holds_the_same(world, monkeypatch):
    """In an index of dictionaries, which both real ones are held to be like: those write to the disk every time."""
    index = MemoryIndex(Wire(no_faults))
    monkeypatch.setattr(indexing, "index", lambda: index)
    news: list[tuple[Callable[..., None], Any]] = [
        (consumers.hear_of_store_change, a.store_told(2, name="Newer")),
        (consumers.hear_of_listing, a.listed(a.a_listing(version=1))),
        (consumers.hear_of_change, a.listed(a.a_listing(version=2, variant={"price": 70_00}), told.OfferChanged)),
        (consumers.hear_of_stock, a.stock(sequence=1, orderable=False)),
    ]
    told_of = set[str]()
    for number, order in enumerate(itertools.permutations(news)):
        store = f"sto_{number + 10:026d}"
        for handle, event in [*order, order[0], order[-1]]:
            handle(_at(event, store, number))
        walk(world, told_of)
        held = index.held[a.offer_id(1000 + number)]
        assert isinstance(held, Document)
        shown = (held.shown, held.card.prices, held.card.available, held.card.store_name)
        assert shown == (True, {"EUR": 70_00}, False, "Newer"), order


def _at(event, store, number):
    """The same news of another store's offer."""
    text = event.data.model_dump_json().replace(a.STORE, store)
    for before, after in ((a.offer_id(), a.offer_id(1000 + number)), (a.variant_id(), a.variant_id(1000 + number))):
        text = text.replace(before, after)
    return type(event)(event.metadata, type(event.data).model_validate_json(text))
