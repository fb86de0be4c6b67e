import pytest

from functions.inventory.model.listings import Listed, Listing, Offer, OfferWithdrawn
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
    before = Offer(offer_id=OFFER, version=1, variants=[a.VARIANT, a.variant(1)])
    listing = Listing.model_validate(a.a_listing(version=2))
    after, news = rules.news(listing, before)
    assert (after.version, after.variants) == (2, [a.VARIANT])
    assert [(one.item.variant_id, one.offered, one.quantity) for one in news] == [
        (a.VARIANT, True, 10),
        (a.variant(1), False, None),
    ]


def test_a_withdrawn_offer_withdraws_the_variants_it_was_heard_of_with():
    said = OfferWithdrawn(store_id=a.STORE, offer_id=OFFER, offer_version=3)
    after, news = rules.news(said, Offer(offer_id=OFFER, version=2, variants=[a.VARIANT]))
    assert (after.version, after.variants) == (3, [a.VARIANT]), "it may come back"
    assert [(one.item, one.offered) for one in news] == [(ItemId(a.STORE, a.VARIANT), False)]


def test_what_is_older_than_what_was_heard_is_no_news():
    listing = Listing.model_validate(a.a_listing(version=2))
    assert [rules.is_news(listing, Offer(offer_id=OFFER, version=known)) for known in (1, 2, 3)] == [True, False, False]
    item = a.an_item(listed=5, offered=False)
    assert rules.heard(item, heard(4)) is item


def test_what_says_nothing_new_changes_nothing():
    item = a.an_item(said=10)
    assert rules.heard(item, heard(2, quantity=10)) is item
    assert rules.heard(item, heard(2)) is item
    assert rules.heard(item, heard(2, offered=False)).offered is False


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
