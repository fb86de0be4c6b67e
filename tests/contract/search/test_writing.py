import random

import pytest

from functions.search.index.port import RebuildElsewhere
from functions.search.model.asked import Asked, AskedStores
from tests.builders.listed import a_listed_store, a_listing, an_id
from tests.contract.search.conftest import Shelf


def titles(shelf: Shelf) -> list[str]:
    return sorted(hit.title for hit in shelf.all_hits(Asked(limit=100)))


def test_a_card_comes_back_as_it_was_written(shelf: Shelf):
    document = a_listing(
        7,
        titles={"en": "Mug “Kobalt” <b>", "uk": "Чашка «Кобальт»", "hi": "मग"},
        category_path=("cat_a", "cat_b"),
        prices={"EUR": 0, "UAH": 10**12},
        compare_at={"EUR": 5},
        brand="A & B",
        kind="digital",
        condition="refurbished",
        image_id=an_id("img", 1),
        available=False,
        rating=4.25,
        ratings=3,
        variants=4,
        takes_proposals=True,
        store_name="Кобальт",
        store_slug="kobalt",
        store_country="UA",
        store_verified=True,
    )
    shelf.put(document)
    (hit,) = shelf.index.search(Asked(text="чашка", language="uk")).hits
    assert (hit.card, hit.title) == (document.card, "Чашка «Кобальт»")


def test_a_price_a_title_a_brand_are_found_by_what_they_are_now(shelf: Shelf):
    shelf.put(a_listing(1, title="Lamp", brand="Astra", prices={"EUR": 500}))
    shelf.put(a_listing(1, revision=2, title="Chair", brand="Vega", prices={"EUR": 900}))
    found = shelf.index.search(Asked(facets=("brand",)))
    assert [(hit.title, hit.card.prices) for hit in found.hits] == [("Chair", {"EUR": 900})]
    assert [(value.value, value.count) for value in found.facets["brand"]] == [("Vega", 1)]
    assert shelf.titles("lamp") == []


def test_an_older_revision_is_stale_and_an_equal_one_is_written_again(shelf: Shelf):
    assert [outcome.became for outcome in shelf.put(a_listing(1, revision=5, title="Five"))] == ["applied"]
    (stale,) = shelf.put(a_listing(1, revision=4, title="Four"))
    assert (stale.id, stale.became, stale.done) == (an_id("ofr", 1), "stale", True)
    assert [outcome.became for outcome in shelf.put(a_listing(1, revision=5, title="Five"))] == ["applied"]
    assert titles(shelf) == ["Five"]


def test_what_was_withdrawn_is_not_raised_by_a_write_that_comes_late(shelf: Shelf):
    shelf.put(a_listing(1, revision=1))
    shelf.put(a_listing(1, revision=3, shown=False))
    assert [outcome.became for outcome in shelf.put(a_listing(1, revision=2))] == ["stale"]
    assert titles(shelf) == []
    shelf.put(a_listing(1, revision=4, title="Listed again"))
    assert titles(shelf) == ["Listed again"]


def test_withdrawn_before_it_was_ever_listed(shelf: Shelf):
    shelf.put(a_listing(1, revision=2, shown=False))
    shelf.put(a_listing(1, revision=1))
    assert titles(shelf) == []
    assert shelf.index.health().documents == 0


def test_of_one_batch_the_newest_stays_and_each_has_its_outcome(shelf: Shelf):
    shelf.put(a_listing(2, revision=9, title="Newer"))
    outcomes = shelf.put(
        a_listing(1, revision=2, title="Second"),
        a_listing(1, revision=1, title="First"),
        a_listing(2, revision=1, title="Old"),
        a_listing(3, revision=1, title="Third"),
    )
    assert [(outcome.id[-1], outcome.done) for outcome in outcomes] == [
        ("1", True),
        ("1", True),
        ("2", True),
        ("3", True),
    ]
    assert outcomes[2].became == "stale"
    assert titles(shelf) == ["Newer", "Second", "Third"]
    assert shelf.put() == []


@pytest.mark.parametrize("seed", range(5))
def test_events_twice_and_in_any_order_leave_the_newest(shelf: Shelf, seed: int):
    chance = random.Random(seed)
    writes = [
        a_listing(number, revision=revision, title=f"Thing {number} at {revision}", shown=(number + revision) % 4 > 0)
        for number in range(12)
        for revision in range(1, 6)
    ] * 2
    chance.shuffle(writes)
    while writes:
        batch, writes = writes[:9], writes[9:]
        assert all(outcome.done for outcome in shelf.put(*batch))
    expected = sorted(f"Thing {number} at 5" for number in range(12) if (number + 5) % 4 > 0)
    assert titles(shelf) == expected


def test_a_rebuild_is_answered_by_the_former_one_until_it_is_finished(shelf: Shelf):
    index = shelf.index
    shelf.put(*(a_listing(number, title=f"Old {number}") for number in range(5)))
    shelf.put_stores([a_listed_store(1)])
    index.begin("g2")
    assert index.rebuilding() == index.health().rebuilding == "g2"
    index.apply(
        [a_listing(number, title=f"Old {number}") for number in range(4)], into="next"
    )  # the fifth is forgotten
    index.apply_stores([a_listed_store(1)], into="next")
    shelf.settle()
    assert titles(shelf) == [f"Old {number}" for number in range(5)]
    shelf.put(a_listing(0, revision=2, title="Changed meanwhile"), a_listing(9, title="Added meanwhile"))
    assert "Changed meanwhile" in titles(shelf)
    index.apply([a_listing(0, title="Old 0")], into="next")  # a page that was read before the change
    index.finish("g2")
    shelf.settle()
    expected = ["Added meanwhile", "Changed meanwhile", "Old 1", "Old 2", "Old 3"]
    assert titles(shelf) == expected
    assert (index.rebuilding(), index.search_stores(AskedStores()).total) == (None, 1)
    index.finish("g2")  # said again
    assert titles(shelf) == expected
    shelf.put(a_listing(1, revision=2, title="Changed after"))
    assert "Changed after" in titles(shelf)


def test_a_withdrawal_during_a_rebuild_is_not_undone_by_its_pages(shelf: Shelf):
    shelf.put(a_listing(1, revision=1))
    shelf.index.begin("g2")
    shelf.put(a_listing(1, revision=2, shown=False))
    shelf.index.apply([a_listing(1, revision=1)], into="next")
    shelf.index.finish("g2")
    shelf.settle()
    assert titles(shelf) == []


def test_an_abandoned_rebuild_leaves_everything_as_it_was(shelf: Shelf):
    shelf.put(a_listing(1, title="There"))
    shelf.index.begin("g2")
    shelf.index.apply([a_listing(2, title="Half-way")], into="next")
    shelf.index.abandon("g2")
    shelf.index.abandon("g2")
    shelf.settle()
    assert (titles(shelf), shelf.index.rebuilding()) == (["There"], None)
    with pytest.raises(RebuildElsewhere):
        shelf.index.apply([a_listing(2)], into="next")
    with pytest.raises(RebuildElsewhere):
        shelf.index.finish("g2")
    shelf.put(a_listing(3, title="After"))
    assert titles(shelf) == ["After", "There"]


def test_one_rebuild_at_a_time_and_beginning_is_safe_to_repeat(shelf: Shelf):
    shelf.put(a_listing(1))
    shelf.index.begin("g2")
    shelf.index.apply([a_listing(1)], into="next")
    shelf.index.begin("g2")  # it is not emptied
    with pytest.raises(RebuildElsewhere):
        shelf.index.begin("g3")
    shelf.index.finish("g2")
    shelf.settle()
    assert len(titles(shelf)) == 1
    shelf.index.abandon("g2")  # too late: it is in use
    assert len(titles(shelf)) == 1
    shelf.index.begin("g3")
    shelf.index.abandon("g3")


def test_a_first_generation_can_be_filled_before_anything_was_written(shelf: Shelf):
    shelf.index.begin("g1")
    shelf.index.apply([a_listing(1, title="First")], into="next")
    shelf.index.finish("g1")
    shelf.settle()
    assert titles(shelf) == ["First"]


def test_health_counts_what_is_shown(shelf: Shelf):
    assert shelf.index.health().available is False
    shelf.put(a_listing(1), a_listing(2), a_listing(3, shown=False))
    shelf.put_stores([a_listed_store(1), a_listed_store(2, shown=False)])
    health = shelf.index.health()
    assert (health.available, health.documents, health.stores, health.rebuilding) == (True, 2, 1, None)
