"""What visitors see: product pages, their addresses, categories and stores as lists of goods."""

from functools import partial

import pytest

from bench.meter import measured
from functions.catalog.model.offers import OfferChangedMeanwhile
from functions.catalog.rules.listings import changed, shelved
from functions.catalog.store import goods as store
from functions.catalog.store.goods import goods
from kernel import ids
from tests.builders import catalog as a
from tests.builders.catalog import NOON, STORE, as_moderator, as_seller, public


def in_category(path, number=1, **said):
    """So many offers, each of a product of its own, in a category."""
    made = []
    for _ in range(number):
        product = a.a_product(product_id=ids.new_id("prd"), category_id=path[-1])
        goods().keep(product, [], product_was=None)
        made.append(offered(product, path, **said))
    return made


def offered(product, path, **said):
    offer = a.an_offer(
        **{
            "offer_id": ids.new_id("ofr"),
            "product_id": product.product_id,
            "variants": [a.a_variant(variant_id=ids.new_id("var"))],
        }
        | said
    )
    placed = shelved(offer, product, path)
    goods().keep(product, [(None, placed)], product_was=product)
    return placed


def pages_of(path, limit):
    found, cursor = [], None
    while True:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        answer = public("GET", path, query=query)
        assert answer.status == 200, answer.text
        found.append([one["product_id"] for one in answer.json["items"]])
        cursor = answer.json["cursor"]
        if not cursor:
            return found


def test_every_former_address_leads_to_the_present_one(world):
    offer = a.on_sale()
    tail = offer.product_id.removeprefix("prd_")
    assert public("GET", f"/v1/products/leica-m3-{tail}").status == 200
    for other in (tail, offer.product_id):
        assert public("GET", f"/v1/products/{other}").status == 200
    path = f"/v1/stores/{STORE}/products/{offer.product_id}"
    as_seller()("PATCH", path, {"texts": {"en": {"title": "Leica M3, serviced"}}})
    moved = public("GET", f"/v1/products/leica-m3-{tail}")
    assert (moved.status, moved.headers["Location"]) == (308, f"/v1/products/leica-m3-serviced-{tail}")
    as_seller()("PATCH", path, {"slug": "the-one"})
    for former in ("leica-m3", "leica-m3-serviced", "anything"):
        assert public("GET", f"/v1/products/{former}-{tail}").headers["Location"] == f"/v1/products/the-one-{tail}"
    as_seller()("PATCH", path, {"texts": {"en": {"title": "Leica"}}})
    assert public("GET", f"/v1/products/the-one-{tail}").status == 200


def test_a_missing_product_and_a_hidden_one_answer_alike(world):
    draft, hidden = a.on_sale(status="draft"), a.on_sale(hidden=True)
    missing = public("GET", f"/v1/products/{ids.new_id('prd')}")
    for offer in (draft, hidden):
        answer = public("GET", f"/v1/products/{offer.product_id}")
        assert (answer.status, answer.json["code"], answer.json["detail"]) == (
            404,
            missing.json["code"],
            missing.json["detail"],
        )
    assert public("GET", "/v1/products/not-an-address").status == 422


def test_a_product_of_everyone_is_there_although_nobody_sells_it(world):
    product = a.a_global_product()
    assert public("GET", f"/v1/products/{product.product_id}").json["offers"] == []


def test_who_has_the_page_is_told_that_it_has_it_for_half_a_minute(world):
    offer = a.on_sale()
    assert public("GET", f"/v1/products/{offer.product_id}").headers["Cache-Control"] == "public, max-age=30"


def test_a_category_shows_all_that_is_below_it_each_product_once(world):
    root, other = a.a_category(), a.a_category()
    child = a.a_category(root)
    deep = in_category([root, child], 3)
    flat = in_category([root], 2)
    in_category([other])
    product = goods().product(flat[0].product_id)
    for cheap in (50_00, 40_00):
        variant = a.a_variant(variant_id=ids.new_id("var"), prices={"EUR": cheap})
        offered(product, [root], variants=[variant], store_id=a.OTHER_STORE)
    items = public("GET", f"/v1/categories/{root}/products").json["items"]
    assert sorted(one["product_id"] for one in items) == sorted(one.product_id for one in (*deep, *flat))
    [shared] = [one for one in items if one["product_id"] == product.product_id]
    assert (shared["prices"], shared["store_ids"]) == ({"EUR": 40_00}, [STORE, a.OTHER_STORE])
    below = public("GET", f"/v1/categories/{child}/products").json["items"]
    assert {one["product_id"] for one in below} == {one.product_id for one in deep}


def test_pages_never_show_a_product_twice_however_many_stores_sell_it(world):
    root = a.a_category()
    popular = in_category([root], 3)
    for offer in popular:
        product = goods().product(offer.product_id)
        for _ in range(7):
            offered(product, [root], store_id=a.OTHER_STORE)
    alone = in_category([root], 4)
    everything = sorted(one.product_id for one in (*popular, *alone))
    for limit in (1, 2, 3, 7, 50):
        pages = pages_of(f"/v1/categories/{root}/products", limit)
        assert sorted(one for page in pages for one in page) == everything
        assert all(len(page) <= limit for page in pages)


def test_a_store_shows_what_it_sells_and_nothing_else(world):
    sold = [a.on_sale() for _ in range(3)]
    for said in ({"status": "draft"}, {"status": "archived"}, {"hidden": True}, {"store_id": a.OTHER_STORE}):
        a.on_sale(**{"store_id": STORE} | said)
    pages = pages_of(f"/v1/stores/{STORE}/products", 2)
    assert sorted(one for page in pages for one in page) == sorted(one.product_id for one in sold)


def test_moderators_keep_the_global_database(world):
    body = {"texts": {"en": {"title": "Leica M3"}}, "status": "draft"}
    made = as_moderator("POST", "/v1/products", body)
    assert (made.status, made.json["store_id"]) == (201, None)
    path = f"/v1/products/{made.json['product_id']}"
    assert public("GET", path).status == 404
    drafts = as_moderator("GET", "/v1/products", query={"status": "draft"}).json["items"]
    assert [one["product_id"] for one in drafts] == [made.json["product_id"]]
    active = as_moderator("PATCH", path, {"status": "active"}, headers={"if-match": '"1"'})
    assert (active.status, active.json["version"]) == (200, 2)
    assert public("GET", path).status == 200
    types = [one["metadata"]["type"] for one in world.envelopes()]
    assert types.count("OperatorActed") == types.count("ProductChanged") == 2
    before = world.items()
    assert as_seller()("PATCH", path, {"brand": "Mine"}).status == 403
    own = a.on_sale()
    before = world.items()
    assert as_moderator("PATCH", f"/v1/products/{own.product_id}", {"brand": "Ours"}).status == 404
    assert world.items() == before


def test_a_page_costs_one_call(world):
    variants = [a.a_variant(variant_id=ids.new_id("var"), sku=f"S{n}") for n in range(20)]
    offer = a.on_sale(variants=variants)
    root = a.a_category()
    in_category([root], 20)
    public("GET", f"/v1/categories/{root}")
    for path in (f"/v1/products/{offer.product_id}", f"/v1/categories/{root}/products"):
        assert measured(partial(public, "GET", path)).calls == ("Query",)


def test_a_list_is_made_of_tiles_and_decodes_no_offer(world, monkeypatch):
    root = a.a_category()
    [offer] = in_category([root])
    monkeypatch.setattr(store, "read_offer", lambda item: pytest.fail("an offer was decoded"))
    for path in (f"/v1/categories/{root}/products", f"/v1/stores/{STORE}/products"):
        assert [one["product_id"] for one in public("GET", path).json["items"]] == [offer.product_id]


def test_an_edit_while_the_product_changes_is_one_of_the_two(world):
    offer = a.on_sale()
    product, read = goods().offer(offer.product_id, offer.offer_id)
    path = f"/v1/stores/{STORE}/products/{offer.product_id}"
    assert as_seller()("PATCH", path, {"brand": "Leica"}).status == 200
    stale = changed(read, NOON, condition="used")
    before = world.items()
    with pytest.raises(OfferChangedMeanwhile):
        goods().keep(product, [(read, stale)], product_was=product)
    assert world.items() == before
