import pytest

from functions.inventory.model.listings import Listed, Listing, OfferWithdrawn
from functions.inventory.model.names import ItemId
from functions.inventory.rules import listings as rules
from tests.builders import inventory as a

OFFER = "ofr_00000000000000000000000000"


def heard(version: int = 1, **said) -> Listed:
    return Listed(a.ITEM, OFFER, version, **said)


def adjusted(item, quantity, shards, available=None):
    news = heard(2, quantity=quantity)
    there = sum(one.available for one in shards) if available is None else available
    movement = rules.adjustment(item, rules.heard(item, news), shards, there, news, a.NOON)
    return (movement.kind, movement.available, movement.reason) if movement else None


def test_news_is_of_every_variant_the_offer_has_and_of_those_it_lost():
    listing = Listing.model_validate(a.a_listing(version=2, gone=[a.variant(1)]))
    assert [(one.item.variant_id, one.version, one.offered, one.quantity) for one in rules.news(listing)] == [
        (a.VARIANT, 2, True, 10),
        (a.variant(1), 2, False, None),
    ]


@pytest.mark.parametrize("kind", ["goods", "digital"])
def test_a_withdrawn_offer_withdraws_the_variants_that_were_seen_of_it(kind):
    said = OfferWithdrawn(store_id=a.STORE, offer_id=OFFER, offer_version=3, kind=kind, variant_ids=[a.VARIANT])
    [news] = rules.news(said)
    assert (news.item, news.version, news.offered, news.goods) == (
        ItemId(a.STORE, a.VARIANT),
        3,
        False,
        kind == "goods",
    )


def test_new_goods_without_a_number_are_no_news_and_whatever_else_is():
    silent = {"quantity": None}
    said = {
        "new": a.a_listing(1, **silent),
        "new, with none": a.a_listing(1, quantity=0),
        "new, a file": a.a_listing(1, **silent, kind="digital"),
        "not new": a.a_listing(2, **silent),
    }
    news = {name: rules.news(Listing.model_validate(one)) for name, one in said.items()}
    assert {name: len(some) for name, some in news.items()} == {
        "new": 0,
        "new, with none": 1,
        "new, a file": 1,
        "not new": 1,
    }


def test_what_is_older_than_what_was_heard_changes_nothing():
    item = a.an_item(listed=5, offered=False)
    assert rules.heard(item, heard(4)) is item
    assert rules.heard(item, heard(5)).offered is True


def test_what_says_nothing_new_is_remembered_without_a_new_version_of_the_settings():
    item = a.an_item(said=10, listed=1)
    for same in (heard(2, quantity=10), heard(2)):
        after = rules.heard(item, same)
        assert (after.version, after.listed) == (item.version, 2)
        assert not rules.differs(item, after)
    assert rules.heard(item, heard(1)) == item
    assert rules.heard(item, heard(2, offered=False)).version == item.version + 1
    assert rules.heard(a.an_item(version=0), heard(2)).version == 1, "what is kept has a version"


def test_only_what_somebody_said_a_number_of_is_counted():
    assert not rules.is_counted(a.an_item())
    said = ({"said": 0}, {"tracked": False}, {"places": {a.HOME: 1}}, {"parts": [{"variant_id": a.variant(1)}]})
    for one in said:
        assert rules.is_counted(a.an_item(**one))


@pytest.mark.parametrize("goods", [True, False])
def test_goods_are_counted_and_files_are_not_until_the_seller_says_otherwise(goods):
    fresh = a.an_item(version=0)
    assert rules.heard(fresh, heard(goods=goods)).tracked is goods
    assert rules.heard(a.an_item(tracked=True, offered=False), heard(goods=False)).tracked


def test_the_first_word_opens_the_stock_and_a_new_one_corrects_it():
    assert adjusted(a.an_item(version=0), 10, []) == ("received", 10, None)
    assert adjusted(a.an_item(said=10), 12, [a.a_shard(7)]) == ("adjusted", 5, "listing")
    assert adjusted(a.an_item(said=10), 4, [a.a_shard(7)]) == ("adjusted", -3, "listing")
    assert adjusted(a.an_item(said=10), 7, [a.a_shard(7)]) is None


def test_said_again_it_does_not_undo_what_was_sold_since():
    assert adjusted(a.an_item(said=10), 10, [a.a_shard(2)]) is None


def test_none_is_a_number_too():
    assert adjusted(a.an_item(version=0), 0, []) is None
    assert adjusted(a.an_item(said=3), 0, [a.a_shard(3)]) == ("adjusted", -3, "listing")


def test_what_is_promised_or_elsewhere_is_not_taken_back():
    far = a.a_shard(6, location="loc_00000000000000000000000009")
    assert adjusted(a.an_item(said=10), 1, [a.a_shard(2), far]) == ("adjusted", -2, "listing")
    assert adjusted(a.an_item(said=10), 4, [a.a_shard(2, credit=5)]) == ("adjusted", 4, "listing")


def test_what_is_not_counted_or_a_bundle_gets_no_stock():
    assert adjusted(a.an_item(tracked=False), 10, []) is None
    assert adjusted(a.an_item(parts=[{"variant_id": a.variant(1)}]), 10, []) is None
