"""Listing and editing goods, as a store's people do it."""

import pytest

from kernel import ids, settings
from tests.builders import catalog as a
from tests.builders.catalog import OTHER_STORE, STORE, as_seller, public

ITEMS = f"/v1/stores/{STORE}/items"
COLOURS = [{"code": "colour", "values": ["Black", "Silver"]}, {"code": "size", "values": ["S", "M"]}]


def listed(**said):
    body = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 129_00}} | said
    answer = as_seller()("POST", ITEMS, body)
    assert answer.status == 201, answer.text
    return answer.json["product"], answer.json["offers"][0]


def refused(**said):
    body = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 129_00}} | said
    answer = as_seller()("POST", ITEMS, body)
    return answer.status, answer.json["code"], [one["pointer"] for one in answer.json.get("errors", [])]


def types(world):
    return [one["metadata"]["type"] for one in world.envelopes()]


def offer_path(offer):
    return f"/v1/stores/{STORE}/products/{offer['product_id']}/offers/{offer['offer_id']}"


def test_a_title_and_a_price_are_enough_to_sell_something(world):
    product, offer = listed(condition="used")
    page = public("GET", f"/v1/products/{product['product_id']}").json
    assert page["texts"]["en"]["title"] == "Leica M3"
    assert page["address"] == f"leica-m3-{product['product_id'][4:]}"
    [sold] = page["offers"]
    assert (sold["offer_id"], sold["condition"], sold["store_id"]) == (offer["offer_id"], "used", STORE)
    assert sold["variants"][0]["prices"] == {"EUR": 129_00}
    assert types(world) == ["OfferListed"]


def test_a_draft_is_its_stores_alone(world):
    product, offer = listed(status="draft", prices=None)
    assert public("GET", f"/v1/products/{product['product_id']}").status == 404
    assert public("GET", f"/v1/stores/{STORE}/products").json["items"] == []
    assert types(world) == []
    path = f"/v1/stores/{STORE}/products/{product['product_id']}"
    assert as_seller()("GET", path).json["product"] == product
    for stranger in (as_seller(OTHER_STORE), a.as_user(a.SELLER)):
        assert stranger("GET", path).status in (403, 404)
    theirs = path.replace(STORE, OTHER_STORE)
    assert as_seller(OTHER_STORE)("GET", theirs).status == 404
    assert as_seller(OTHER_STORE)("GET", offer_path(offer).replace(STORE, OTHER_STORE)).status == 404
    drafts = as_seller()("GET", f"/v1/stores/{STORE}/offers", query={"shelf": "draft"}).json["items"]
    assert [one["offer_id"] for one in drafts] == [offer["offer_id"]]


def test_nobody_else_touches_a_stores_goods_or_learns_what_they_cost_it(world):
    product, offer = listed(cost={"EUR": 50_00}, sku="CAM-1")
    assert "cost" not in public("GET", f"/v1/products/{product['product_id']}").text
    assert all("cost" not in str(one) for one in world.envelopes())
    before = world.items()
    theirs = offer_path(offer).replace(STORE, OTHER_STORE)
    product_path = f"/v1/stores/{OTHER_STORE}/products/{product['product_id']}"
    variant = f"{theirs}/variants/{offer['variants'][0]['variant_id']}"
    for method, path, body in [
        ("PATCH", theirs, {"status": "archived"}),
        ("PATCH", product_path, {"brand": "Zorki"}),
        ("PUT", f"{product_path}/options", {"options": []}),
        ("PATCH", variant, {"prices": {"EUR": 1}}),
        ("PUT", f"{variant}/schedule", {"items": []}),
        ("POST", f"{theirs}/variants", {"options": {}}),
        ("GET", f"{theirs}/prices", None),
        ("POST", f"{product_path}/offers", {"prices": {"EUR": 1}}),
    ]:
        answer = as_seller(OTHER_STORE)(method, path, body)
        assert (method, path, answer.status) == (method, path, 404)
    assert world.items() == before


def test_options_make_a_variant_for_each_combination(world):
    _, offer = listed(options=COLOURS)
    assert [one["options"] for one in offer["variants"]] == [
        {"colour": colour, "size": size} for colour in ("Black", "Silver") for size in ("S", "M")
    ]
    assert {one["prices"]["EUR"] for one in offer["variants"]} == {129_00}


def test_variants_can_be_told_one_by_one(world):
    _, offer = listed(
        options=COLOURS,
        variants=[
            {"options": {"colour": "Black", "size": "S"}, "sku": "B-S"},
            {"options": {"colour": "Silver", "size": "M"}, "sku": "S-M", "prices": {"EUR": 149_00}},
        ],
    )
    assert [(one["sku"], one["prices"]["EUR"]) for one in offer["variants"]] == [("B-S", 129_00), ("S-M", 149_00)]


@pytest.mark.parametrize(
    ("said", "pointers"),
    [
        ({"prices": None}, ["/variants/0/prices"]),
        ({"prices": {"EUR": 10}, "compare_at": {"EUR": 10}}, ["/variants/0/compare_at/EUR"]),
        ({"prices": {"KWD": 1_005}}, ["/variants/0/prices/KWD"]),
        ({"options": COLOURS, "variants": [{"options": {"colour": "Black"}}]}, ["/variants/0/options"]),
        (
            {"options": COLOURS, "variants": [{"options": {"colour": "Red", "size": "S"}}]},
            ["/variants/0/options/colour"],
        ),
        (
            {"options": COLOURS, "variants": [{"options": {"colour": "Black", "size": "S"}}] * 2},
            ["/variants/1/options"],
        ),
        (
            {
                "options": COLOURS,
                "variants": [
                    {"options": {"colour": "Black", "size": "S"}, "sku": "1"},
                    {"options": {"colour": "Black", "size": "M"}, "sku": "1"},
                ],
            },
            ["/variants/1/sku"],
        ),
        ({"options": [{"code": "n", "values": [str(n) for n in range(40)]}, COLOURS[0], COLOURS[1]]}, []),
        ({"variants": [{"active": False}]}, ["/variants"]),
    ],
)
def test_what_cannot_be_sold_is_refused_with_the_place_of_each_fault(world, said, pointers):
    assert refused(**said) == (422, "variants_refused", pointers)
    assert world.items() == []


def test_what_a_category_asks_is_asked_of_its_goods(world):
    choices = [{"value": "35mm"}, {"value": "120"}]
    root = a.a_category(
        attributes=[{"code": "format", "kind": "choice", "choices": choices, "required": True}],
        price_limits={"EUR": {"floor": 1_00, "ceiling": 500_00}},
    )
    child = a.a_category(root, attributes=[{"code": "weight_g", "kind": "number", "minimum": 1}])
    before = world.items()
    assert refused(category_id=child) == (422, "attributes_refused", ["/attributes/format"])
    wrong = {"format": "110", "weight_g": 0, "colour": "red"}
    assert refused(category_id=child, attributes=wrong)[2] == [
        "/attributes/colour",
        "/attributes/format",
        "/attributes/weight_g",
    ]
    good = {"format": "35mm", "weight_g": 580}
    dear = refused(category_id=child, attributes=good, prices={"EUR": 501_00, "USD": 900_00})
    assert dear == (422, "variants_refused", ["/variants/0/prices/EUR"])
    assert refused(category_id=a.CATEGORY)[:2] == (404, "no_such_category")
    assert world.items() == before
    listed(category_id=child, status="draft", prices=None)
    listed(category_id=child, attributes=good)
    page = public("GET", f"/v1/categories/{root}/products").json
    assert [one["category_id"] for one in page["items"]] == [child]


def test_the_platform_has_limits_of_its_own(world):
    world.set(price_limits={"EUR": {"floor": 200_00}})
    assert refused()[2] == ["/variants/0/prices/EUR"]
    listed(prices={"EUR": 200_00})


def test_a_repeated_listing_lists_once(world):
    body, headers = {"texts": {"en": {"title": "Leica"}}, "prices": {"EUR": 1}}, {"idempotency-key": "list-leica"}
    first = as_seller()("POST", ITEMS, body, headers=headers)
    after = world.items()
    assert as_seller()("POST", ITEMS, body, headers=headers).text == first.text
    assert world.items() == after


def test_two_stores_and_two_variants_never_share_a_sku_within_a_store(world):
    listed(sku="CAM-1")
    before = world.items()
    assert refused(sku="CAM-1")[:2] == (409, "sku_taken")
    assert world.items() == before


def test_a_product_is_edited_part_by_part_and_its_offer_follows(world):
    product, _ = listed()
    path = f"/v1/stores/{STORE}/products/{product['product_id']}"
    change = {"texts": {"uk": {"title": "Лейка"}}, "brand": "Leica"}
    assert as_seller()("GET", path).headers["ETag"] == '"2"'
    item = as_seller()("PATCH", path, change, headers={"if-match": '"2"'}).json
    assert (item["product"]["version"], item["offers"][0]["version"]) == (2, 2)
    assert item["product"]["texts"].keys() == {"en", "uk"}
    assert item["offers"][0]["card"]["titles"] == {"en": "Leica M3", "uk": "Лейка"}
    assert types(world) == ["OfferListed", "OfferChanged"]
    before = world.items()
    assert as_seller()("PATCH", path, change, headers={"if-match": '"2"'}).status == 412
    assert as_seller()("PATCH", path, {"language": "hi"}).json["code"] == "text_missing"
    assert as_seller()("PATCH", path, {"texts": {"en": None}}).json["code"] == "text_missing"
    assert world.items() == before


def test_what_is_archived_can_be_active_again_as_it_was(world):
    product, offer = listed(sku="CAM-1")
    archived = as_seller()("PATCH", offer_path(offer), {"status": "archived"}).json
    assert (archived["status"], archived["listed"]) == ("archived", False)
    assert public("GET", f"/v1/products/{product['product_id']}").status == 404
    assert refused(sku="CAM-1")[:2] == (409, "sku_taken")
    again = as_seller()("PATCH", offer_path(offer), {"status": "active"}).json
    assert again["variants"] == offer["variants"]
    assert public("GET", f"/v1/products/{product['product_id']}").status == 200
    assert types(world) == ["OfferListed", "OfferWithdrawn", "OfferListed"]


def test_an_archived_product_takes_its_offers_along_whatever_has_become_wrong_with_them(world):
    product, _ = listed()
    world.set(price_limits={"EUR": {"floor": 500_00}})
    settings.forget()
    path = f"/v1/stores/{STORE}/products/{product['product_id']}"
    assert as_seller()("PATCH", path, {"brand": "Leica"}).json["code"] == "variants_refused"
    assert as_seller()("PATCH", path, {"status": "archived"}).status == 200
    assert public("GET", f"/v1/products/{product['product_id']}").status == 404


def test_whoever_has_an_item_hears_of_a_change_of_its_offer(world):
    product, offer = listed()
    path = f"/v1/stores/{STORE}/products/{product['product_id']}"
    known = {"if-none-match": as_seller()("GET", path).headers["ETag"]}
    assert as_seller()("GET", path, headers=known).status == 304
    as_seller()("PATCH", offer_path(offer), {"condition": "used"})
    assert as_seller()("GET", path, headers=known).status == 200


def test_a_variant_is_edited_singly(world):
    _, offer = listed(options=COLOURS)
    first, second = offer["variants"][:2]
    path = f"{offer_path(offer)}/variants/{first['variant_id']}"
    edited = as_seller()("PATCH", path, {"prices": {"EUR": 99_00}, "sku": "B-S", "weight_g": 5}).json["variants"]
    assert (edited[0]["prices"], edited[0]["sku"], edited[1]) == ({"EUR": 99_00}, "B-S", second)
    freed = as_seller()("PATCH", path, {"sku": None, "active": False}).json["variants"][0]
    assert (freed["sku"], freed["weight_g"], freed["active"]) == (None, 5, False)
    listed(sku="B-S")
    gone = path.replace(first["variant_id"], ids.new_id("var"))
    assert as_seller()("PATCH", gone, {"active": False}).status == 404


def test_options_change_and_what_stays_is_what_it_was(world):
    _, offer = listed(
        options=[COLOURS[0]],
        variants=[{"options": {"colour": "Black"}, "sku": "B"}, {"options": {"colour": "Silver"}, "sku": "S"}],
    )
    path = f"/v1/stores/{STORE}/products/{offer['product_id']}/options"
    options = [{"code": "colour", "values": ["Black", "Red"]}]
    after = as_seller()("PUT", path, {"options": options, "prices": {"EUR": 77_00}}).json["offers"][0]["variants"]
    assert after[0] == offer["variants"][0]
    assert (after[1]["options"], after[1]["prices"], after[1]["sku"]) == ({"colour": "Red"}, {"EUR": 77_00}, None)
    listed(sku="S")
    twice = [{"code": "colour", "values": ["Black", "Black"]}]
    assert as_seller()("PUT", path, {"options": twice}).json["code"] == "options_refused"
    back = as_seller()("PUT", path, {"options": [COLOURS[0]], "prices": {"EUR": 1_00}}).json["offers"][0]["variants"]
    assert back[1]["variant_id"] == offer["variants"][1]["variant_id"]


def test_a_combination_can_be_added_once(world):
    _, offer = listed(options=[COLOURS[0]], variants=[{"options": {"colour": "Black"}}])
    path = f"{offer_path(offer)}/variants"
    silver = {"options": {"colour": "Silver"}, "prices": {"EUR": 10_00}}
    assert len(as_seller()("POST", path, silver).json["variants"]) == 2
    assert as_seller()("POST", path, silver).json["code"] == "variants_refused"


def test_a_store_sells_a_product_of_everyone(world):
    product = a.a_global_product()
    path = f"/v1/stores/{STORE}/products/{product.product_id}"
    made = as_seller()("POST", f"{path}/offers", {"prices": {"EUR": 99_00}, "condition": "refurbished"})
    assert made.status == 201, made.text
    also = path.replace(STORE, OTHER_STORE)
    as_seller(OTHER_STORE)("POST", f"{also}/offers", {"prices": {"EUR": 89_00}})
    page = public("GET", f"/v1/products/{product.product_id}").json
    assert sorted(one["store_id"] for one in page["offers"]) == [STORE, OTHER_STORE]
    before = world.items()
    assert as_seller()("PATCH", path, {"brand": "Mine"}).json["code"] == "not_yours_to_edit"
    draft = a.a_global_product(status="draft")
    before = world.items()
    lost = as_seller()("POST", f"/v1/stores/{STORE}/products/{draft.product_id}/offers", {"prices": {"EUR": 1}})
    assert lost.status == 404
    assert world.items() == before
