import pytest

from functions.catalog.model.offers import OfferChangedMeanwhile, SkuTaken
from functions.catalog.rules.batches import Row, batches
from functions.catalog.rules.listings import changed, shelved
from functions.catalog.store.goods import goods
from kernel import ids
from tests.builders import catalog as a
from tests.builders.catalog import NOON, STORE


def told(world):
    return [one["metadata"]["type"] for one in world.envelopes()]


def test_what_was_kept_is_read_as_it_was(world):
    offer = a.on_sale(variants=[a.a_variant(sku="CAM-1")])
    product, read = goods().offer(offer.product_id, offer.offer_id)
    assert (read, product.product_id) == (offer, offer.product_id)
    assert goods().page(offer.product_id) == (product, [offer], None)
    assert goods().by_sku(STORE, ["CAM-1", "CAM-2"]) == {"CAM-1": (product, offer)}


def test_a_sku_belongs_to_one_variant_of_a_store(world):
    first = a.on_sale(variants=[a.a_variant(sku="CAM-1")])
    before = world.items()
    with pytest.raises(SkuTaken):
        a.on_sale(variants=[a.a_variant(sku="CAM-1", variant_id=ids.new_id("var"))])
    assert world.items() == before
    a.on_sale(a.OTHER_STORE, variants=[a.a_variant(sku="CAM-1", variant_id=ids.new_id("var"))])
    product, offer = goods().offer(first.product_id, first.offer_id)
    goods().keep(product, [(offer, changed(offer, NOON, variants=[a.a_variant()]))], product_was=product)
    a.on_sale(variants=[a.a_variant(sku="CAM-1", variant_id=ids.new_id("var"))])


def test_of_two_who_change_an_offer_one_is_told_to_look_again(world):
    offer = a.on_sale()
    product, read = goods().offer(offer.product_id, offer.offer_id)
    goods().keep(product, [(read, changed(read, NOON, condition="used"))], product_was=product)
    with pytest.raises(OfferChangedMeanwhile):
        goods().keep(product, [(read, changed(read, NOON, condition="new"))], product_was=product)


def test_an_offer_is_told_of_while_visitors_see_it_and_quantities_only_once(world):
    offer = a.on_sale(status="draft", variants=[a.a_variant(quantity=3)])
    assert told(world) == []
    product, draft = goods().offer(offer.product_id, offer.offer_id)
    listed = shelved(changed(draft, NOON, status="active"), product, [a.CATEGORY])
    goods().keep(product, [(draft, listed)], product_was=product)
    _, kept = goods().offer(offer.product_id, offer.offer_id)
    assert kept.variants[0].quantity is None
    goods().keep(product, [(kept, shelved(changed(kept, NOON, condition="used"), product, []))], product_was=product)
    _, kept = goods().offer(offer.product_id, offer.offer_id)
    goods().keep(product, [(kept, shelved(changed(kept, NOON, hidden=True), product, []))], product_was=product)
    assert told(world) == ["OfferListed", "OfferChanged", "OfferWithdrawn"]
    listings = [one["data"].get("listing") for one in world.envelopes()]
    assert [one and one["variants"][0]["quantity"] for one in listings] == [3, None, None]


def test_many_goods_are_one_transaction_and_one_event(world):
    rows = []
    for number in range(24):
        product = a.a_product(product_id=ids.new_id("prd"))
        variant = a.a_variant(variant_id=ids.new_id("var"), sku=f"CAM-{number}")
        offer = a.an_offer(offer_id=ids.new_id("ofr"), product_id=product.product_id, variants=[variant])
        rows.append(Row(product, None, (None, shelved(offer, product, []))))
    [batch] = batches(rows, NOON)
    goods().write(batch, aggregate="imp_1", sequence=1)
    [event] = world.envelopes()
    assert event["metadata"]["type"] == "OffersImported"
    assert [one["variants"][0]["sku"] for one in event["data"]["listings"]] == [f"CAM-{n}" for n in range(24)]
    assert len(world.items()) == 3 * 24 + 1
