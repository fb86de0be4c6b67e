import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from functions.search.model.asked import FACETS, Asked, Filters, Near, Sort
from tests.builders.listed import BERLIN, KYIV, a_listing, an_id
from tests.contract.search import brute_force
from tests.contract.search.conftest import GOODS, Shelf

NUMBERS = ("price", "rating")
ALL_FACETS = (*FACETS, "attr.colour", "attr.boxed", "attr.weight_g")
BY_ID = {document.card.offer_id: document for document in GOODS}


def some_filters(chance: random.Random) -> Filters:
    """A few filters at a time, each of one to three values that there are."""

    def some(values: list[str]) -> tuple[str, ...]:
        return tuple(chance.sample(values, chance.randint(1, 3)))

    choices: dict[str, Callable[[], Any]] = {
        "categories": lambda: some(["cat_0", "cat_1_1", "cat_2", "cat_nowhere"]),
        "brands": lambda: some(["Astra", "Vega", "Polar", "Nobody"]),
        "conditions": lambda: some(["new", "used", "refurbished"]),
        "stores": lambda: some([an_id("sto", number) for number in range(12)]),
        "price_from": lambda: chance.choice((0, 500, 1990, 1991)),
        "price_to": lambda: chance.choice((990, 1990, 50_000)),
        "rating_from": lambda: chance.choice((1.0, 3.5, 4.0)),
        "available": lambda: chance.choice((True, False)),
        "verified": lambda: chance.choice((True, False)),
        "attributes": lambda: {"colour": some(["Red", "Black", "Olive"]), "boxed": ("true",)},
        "near": lambda: Near(chance.choice((KYIV, BERLIN)), chance.choice((1.0, 25.0, 3000.0))),
    }
    chosen = chance.sample(sorted(choices), chance.randint(0, 4))
    return Filters(**{name: choices[name]() for name in chosen})


@pytest.mark.parametrize("seed", range(40))
def test_filters_find_what_a_look_at_every_document_finds(full: Shelf, seed: int):
    chance = random.Random(seed)
    asked = Asked(filters=some_filters(chance), currency=chance.choice(("EUR", "UAH", "INR")), limit=50)
    expected = {document.card.offer_id for document in brute_force.found(GOODS, asked)}
    page = full.index.search(asked)
    assert page.total == len(expected)
    ids = full.ids(asked)
    assert (len(ids), set(ids)) == (len(expected), expected)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("text", ["", "camera", "leather"])
def test_each_facet_is_counted_under_all_filters_but_its_own(full: Shelf, seed: int, text: str):
    chance = random.Random(seed + 1000)
    asked = Asked(text=text, filters=some_filters(chance), facets=ALL_FACETS, limit=1)
    said = set(full.ids(Asked(text=text, limit=200)))
    goods = [document for document in GOODS if document.card.offer_id in said]
    facets = full.index.search(asked).facets
    assert set(facets) == set(ALL_FACETS)
    for facet in ALL_FACETS:
        if facet in NUMBERS:
            for value in facets[facet]:
                assert value.count == brute_force.within(goods, facet, value.value, asked), (facet, value)
        else:
            counts = {value.value: value.count for value in facets[facet]}
            assert counts == brute_force.counted(goods, facet, asked), facet


def test_ranges_of_prices_cover_every_price_once(full: Shelf):
    asked = Asked(facets=("price",))
    values = full.index.search(asked).facets["price"]
    assert sum(value.count for value in values) == sum("EUR" in document.card.prices for document in GOODS)
    assert 2 <= len(values) <= 6


@pytest.mark.parametrize("sort", ["price_up", "price_down", "rating", "newest", "distance"])
@pytest.mark.parametrize("filters", [Filters(), Filters(conditions=("used",), rating_from=2.0)])
def test_sorted_as_sorting_every_document_does(full: Shelf, sort: Sort, filters: Filters):
    asked = Asked(sort=sort, filters=filters, place=KYIV, limit=17)
    ids = full.ids(asked)
    expected = brute_force.found(GOODS, asked)
    assert sorted(ids) == sorted(document.card.offer_id for document in expected)
    keys = [brute_force.sort_key(BY_ID[offer_id], asked, KYIV) for offer_id in ids]
    assert keys == sorted(keys)


def test_the_distance_is_said_and_stays_within_the_radius(full: Shelf):
    asked = Asked(sort="distance", filters=Filters(near=Near(BERLIN, 40.0)), limit=50)
    far = [hit.distance_km for hit in full.all_hits(asked)]
    assert far
    assert all(km is not None and km <= 40.0 for km in far)


@pytest.mark.parametrize("limit", [1, 7, 100])
@pytest.mark.parametrize(
    "asked",
    [
        Asked(text="camera"),
        Asked(text="червоний фотоапарат"),
        Asked(text="camra lether"),
        Asked(),
        Asked(sort="price_up"),
        Asked(sort="rating"),
        Asked(text="lamp", sort="newest"),
    ],
    ids=str,
)
def test_pages_of_any_size_add_up_to_the_same_list(full: Shelf, asked: Asked, limit: int):
    whole = full.ids(replace(asked, limit=200))
    assert len(whole) == len(set(whole)) == full.index.search(asked).total
    assert full.ids(replace(asked, limit=limit)) == whole


@pytest.mark.parametrize(
    "asked",
    [Asked(limit=10, sort="price_up"), Asked(limit=10, text="thing"), Asked(limit=10), Asked(limit=10, sort="newest")],
    ids=str,
)
def test_a_page_begins_where_the_one_before_ended_although_documents_change(shelf: Shelf, asked: Asked):
    """Prices, additions, withdrawals before and behind the place: what was not touched comes once, and in its order."""
    chance = random.Random(7)
    thing = {
        number: a_listing(number, title="Thing", prices={"EUR": 100 + number % 9}, listed_at=number)
        for number in range(60)
    }
    shelf.put(*thing.values())
    touched, seen = set(), []
    page = shelf.index.search(asked)
    for turn in range(20):
        seen += [hit.card.offer_id for hit in page.hits]
        if page.after is None:
            break
        gone, changed = chance.sample(range(60), 2)
        shelf.put(
            a_listing(gone, revision=turn + 2, shown=False),
            a_listing(
                changed, revision=turn + 2, title="Thing", prices={"EUR": chance.randint(90, 120)}, listed_at=changed
            ),
            a_listing(1000 + turn, title="Thing", prices={"EUR": chance.randint(90, 120)}, listed_at=turn),
        )
        touched |= {an_id("ofr", gone), an_id("ofr", changed)}
        page = shelf.index.search(replace(asked, after=page.after))
    assert page.after is None
    untouched = [offer_id for offer_id in seen if offer_id not in touched and offer_id < an_id("ofr", 1000)]
    assert sorted(untouched) == sorted({an_id("ofr", number) for number in range(60)} - touched)


@pytest.mark.parametrize("text", ["leathr camra", "vintag lapm", "watrproof nottebook", "шкірний фотоапрат", "camera"])
def test_facets_of_a_mistyped_search_count_what_it_finds(full: Shelf, text: str):
    """What is only counted is looked for in fewer words than what is shown; it has to be the same goods."""
    filters = Filters(conditions=("new", "used"))
    asked = Asked(text=text, filters=filters, facets=("condition", "category", "store"), limit=50)
    found, anything = full.index.search(asked), full.index.search(replace(asked, filters=Filters()))
    assert found.total > 0
    assert sum(value.count for value in found.facets["store"]) == found.total
    assert sum(value.count for value in found.facets["condition"]) == anything.total
    of_hits = {hit.card.store_id for hit in found.hits}
    assert of_hits <= {value.value for value in found.facets["store"]}
