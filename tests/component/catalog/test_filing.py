"""Offers follow their product and their category, whoever moved them, and however often it is told."""

from datetime import timedelta

from functions.catalog import consumers, sweep
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from kernel import clock
from tests.builders import catalog as a
from tests.builders.catalog import STORE, as_moderator, as_seller, public
from tests.builders.consumed import everything


def shown_in(category):
    return {one["product_id"] for one in public("GET", f"/v1/categories/{category}/products").json["items"]}


def listed_in(category):
    body = {"texts": {"en": {"title": "Leica"}}, "prices": {"EUR": 1_00}, "category_id": category}
    answer = as_seller()("POST", f"/v1/stores/{STORE}/items", body)
    assert answer.status == 201, answer.text
    return answer.json["product"]["product_id"]


def test_goods_follow_their_category_to_its_new_place(world):
    here, there = a.a_category(), a.a_category()
    child = a.a_category(here)
    leaf = a.a_category(child)
    followers = {listed_in(child), listed_in(leaf)}
    stays = listed_in(here)
    assert shown_in(here) == {stays, *followers}
    as_moderator("PUT", f"/v1/categories/{child}/parent", {"parent_id": there})
    sweep.handler({}, None)
    assert (shown_in(here), shown_in(there), shown_in(leaf) < followers) == ({stays}, followers, True)
    paths = [one["data"]["listings"] for one in world.envelopes() if one["metadata"]["type"] == "OffersImported"]
    assert sorted(one["category_path"] for one in paths[0]) == [[there, child], [there, child, leaf]]


def test_who_sorted_by_the_tree_that_was_is_found_by_the_second_look(world):
    here, there = a.a_category(), a.a_category()
    child = a.a_category(here)
    remembered = categories().tree()
    as_moderator("PUT", f"/v1/categories/{child}/parent", {"parent_id": there})
    sweep.handler({}, None)
    categories()._remembered = (clock.now(), remembered)
    late = listed_in(child)
    categories()._remembered = None
    assert (shown_in(here), shown_in(there)) == ({late}, set())
    with clock.frozen(clock.now() + timedelta(seconds=100)):
        sweep.handler({}, None)
        assert (shown_in(here), shown_in(there)) == (set(), {late})
        assert categories().to_refile(clock.now()) == []


def test_everybodys_offers_follow_a_product_of_everyone(world):
    product = a.a_global_product()
    offers = [a.on_sale(store, product=product) for store in (STORE, a.OTHER_STORE)]
    draft = a.on_sale(product=product, status="draft")
    path = f"/v1/products/{product.product_id}"
    as_moderator("PATCH", path, {"texts": {"en": {"title": "Leica M4"}}})
    everything(world, consumers.handler, consumers.consumer)
    for offer in (*offers, draft):
        _, kept = goods().offer(product.product_id, offer.offer_id)
        assert (kept.card.titles, kept.version) == ({"en": "Leica M4"}, 2)
    after = world.items()
    everything(world, consumers.handler, consumers.consumer)
    assert world.items() == after, "an event that comes again changed something"
    as_moderator("PATCH", path, {"status": "archived"})
    everything(world, consumers.handler, consumers.consumer)
    assert [goods().offer(product.product_id, one.offer_id)[1].listed for one in offers] == [False, False]
    withdrawn = [one["data"] for one in world.envelopes() if one["metadata"]["type"] == "OfferWithdrawn"]
    assert {one["offer_id"] for one in withdrawn} == {one.offer_id for one in offers}
