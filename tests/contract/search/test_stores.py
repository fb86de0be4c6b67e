from dataclasses import replace

import pytest

from functions.search.index.distances import kilometres
from functions.search.model.asked import Asked, AskedStores, Filters, Near
from functions.search.model.found import StoreHit
from tests.builders.listed import BERLIN, KYIV, a_listed_store, a_listing, an_id, its_stores
from tests.contract.search.conftest import Shelf

STORES = its_stores()


def all_stores(shelf: Shelf, asked: AskedStores) -> list[StoreHit]:
    found: list[StoreHit] = []
    while True:
        page = shelf.index.search_stores(asked)
        found += page.hits
        if page.after is None:
            return found
        asked = replace(asked, after=page.after)


def ids(hits: list[StoreHit]) -> set[str]:
    return {hit.card.store_id for hit in hits}


@pytest.mark.parametrize(
    ("asked", "passes"),
    [
        (AskedStores(limit=5), lambda store: True),
        (AskedStores(verified=True), lambda store: store.card.verified),
        (AskedStores(country="DE"), lambda store: store.card.country == "DE"),
        (AskedStores(rating_from=4.0), lambda store: (store.card.rating or 0) >= 4),
        (AskedStores(categories=("cat_1", "cat_9")), lambda store: "cat_1" in store.categories),
        (
            AskedStores(near=Near(KYIV, 40.0), sort="distance", limit=2),
            lambda store: store.card.place and kilometres(KYIV, store.card.place) <= 40,
        ),
    ],
    ids=["all", "verified", "country", "rating", "category", "near"],
)
def test_stores_are_found_by_what_they_are(full: Shelf, asked: AskedStores, passes):
    expected = {store.card.store_id for store in STORES if passes(store)}
    found = all_stores(full, asked)
    assert expected
    assert (ids(found), len(found), full.index.search_stores(asked).total) == (expected, len(expected), len(expected))


def test_by_name_with_a_typing_error_too(full: Shelf):
    (hit,) = full.index.search_stores(AskedStores(text="norsken")).hits
    assert hit.card.name.startswith("Norrsken")
    assert [hit.card.name[start:end] for start, end in hit.highlights] == ["Norrsken"]
    assert len(full.index.search_stores(AskedStores(text="крамниця")).hits) == 4


def test_the_nearest_first_and_the_best_rated_first(full: Shelf):
    far = [
        hit.distance_km for hit in all_stores(full, AskedStores(near=Near(BERLIN, 5000.0), sort="distance", limit=3))
    ]
    assert far == sorted(far, key=lambda km: km or 0)
    rated = [hit.card.rating for hit in all_stores(full, AskedStores(sort="rating", limit=3))]
    assert rated == sorted(rated, key=lambda rating: -(rating or 0))
    assert rated[-1] is None


def test_a_closed_store_is_not_found_and_an_older_write_does_not_open_it(shelf: Shelf):
    shelf.put_stores([a_listed_store(1, revision=1), a_listed_store(2)])
    shelf.put_stores([a_listed_store(1, revision=3, shown=False)])
    assert [outcome.became for outcome in shelf.put_stores([a_listed_store(1, revision=2)])] == ["stale"]
    assert [hit.card.store_id for hit in shelf.index.search_stores(AskedStores()).hits] == [an_id("sto", 2)]


def test_a_store_is_no_listing_and_a_listing_no_store(shelf: Shelf):
    shelf.put(a_listing(1, title="Norrsken lamp"))
    shelf.put_stores([a_listed_store(1, name="Norrsken Lamps")])
    assert shelf.titles("norrsken") == ["Norrsken lamp"]
    assert [hit.card.name for hit in shelf.index.search_stores(AskedStores(text="norrsken")).hits] == ["Norrsken Lamps"]
    assert shelf.index.search(Asked()).total == 1


def test_a_store_that_moves_takes_its_goods_along(shelf: Shelf):
    shelf.put(a_listing(1, place=KYIV))
    shelf.put_stores([a_listed_store(1, place=KYIV)])
    asked = Asked(filters=Filters(near=Near(BERLIN, 10.0)))
    assert shelf.index.search(asked).total == 0
    shelf.put(a_listing(1, revision=2, place=BERLIN))
    shelf.put_stores([a_listed_store(1, revision=2, place=BERLIN)])
    assert shelf.index.search(asked).total == 1
