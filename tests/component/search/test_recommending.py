"""What people are shown without asking: over HTTP, with an index in a folder, and without one."""

import json
from datetime import timedelta

import pytest

from functions.search import api, reckoning, recommending
from functions.search.index.embedded.index import EmbeddedIndex
from functions.search.index.port import IndexAway
from functions.search.store.purchases import purchases
from functions.search.store.visits import visits
from kernel import clock
from kernel.authz import GUEST, Principal
from tests.builders import discovery as a
from tests.builders.cloud import World
from tests.builders.discovery import NOON, a_product, looked_at
from tests.builders.http import Caller
from tests.builders.listed import a_listing

CATEGORY, ELSEWHERE = "cat_00000000000000000000000001", "cat_00000000000000000000000002"
GOODS = {"camera": "Vintage film camera", "film": "Film for a camera", "bag": "Leather bag", "lamp": "Lamp"}
RECOMMENDING = ("/v1/search/similar/{}", "/v1/search/also-bought/{}", "/v1/search/trending")

public = Caller(api.api)
admin = Caller(api.api, Principal("usr_00000000000000000000000009", "", frozenset({"customer", "admin"})))
person = Caller(api.api, Principal(a.PERSON, "", frozenset({"customer"})))
guest = Caller(api.api, Principal(a.GUEST_ID, "", frozenset({GUEST})))


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(NOON) as advance:
        yield advance


@pytest.fixture(autouse=True)
def shelves(tmp_path, monkeypatch):
    found = EmbeddedIndex(tmp_path)
    monkeypatch.setattr(recommending, "index", lambda: found)
    found.apply([listed(number, name) for number, name in enumerate(GOODS, 1)])
    return found


@pytest.fixture
def away(monkeypatch):
    def none():
        raise IndexAway("nobody answers")

    monkeypatch.setattr(recommending, "index", none)


def listed(number: int, name: str, **said):
    store = {"store_slug": "analog-cameras", "store_name": "Analog Cameras", "store_country": "DE"}
    path = (ELSEWHERE,) if name == "lamp" else (CATEGORY,)
    told = {"category_path": path, "prices": {"EUR": 12900, "UAH": 560000}, **store, **said}
    return a_listing(number, title=GOODS[name], product_id=a_product(name), **told)


def bring(*orders, **options):
    told = [order.model_dump(mode="json") for order in orders]
    return admin("POST", "/v1/search/purchases", {"orders": told}, **options)


def products(answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [one["product_id"] for one in answer.json["items"]]


def test_what_was_bought_with_it_is_shown_whole(world: World):
    answer = bring(*(a.an_order(number, "camera", "film") for number in range(3)), a.an_order(4, "camera", "bag"))
    assert (answer.status, answer.json) == (200, {"taken": 4, "repeated": 0})
    reckoning.handler({}, None)
    found = public("GET", f"/v1/search/also-bought/{a_product('camera')}", query={"currency": "UAH"})
    assert products(found) == [a_product("film"), a_product("bag")]
    assert found.headers["Cache-Control"] == "public, max-age=30"
    film = found.json["items"][0]
    assert (film["title"], film["price"]) == ("Film for a camera", {"minor": 560000, "currency": "UAH"})
    assert (film["store"]["name"], film["available"]) == ("Analog Cameras", True)
    assert film["address"].endswith(a_product("film").removeprefix("prd_"))


def test_nobody_is_recommended_what_is_sold_out_or_gone(world: World, shelves):
    bring(*(a.an_order(number, "camera", "film", "bag", "lamp", "unheard-of") for number in range(3)))
    reckoning.handler({}, None)
    shelves.apply([listed(2, "film", revision=2, available=False), listed(3, "bag", revision=2, shown=False)])
    assert products(public("GET", f"/v1/search/also-bought/{a_product('camera')}")) == [a_product("lamp")]


def test_of_what_nobody_bought_nothing_is_said(world: World):
    assert products(public("GET", f"/v1/search/also-bought/{a_product('camera')}")) == []


def test_what_is_alike_is_shown_without_itself(world: World):
    found = products(public("GET", f"/v1/search/similar/{a_product('camera')}"))
    assert a_product("film") in found
    assert a_product("camera") not in found


def test_what_many_look_at_trends_in_all_and_in_its_category(world: World):
    for number, name in enumerate(["lamp", "lamp", "camera"]):
        looked_at(name, by=None, number=number)
    reckoning.handler({}, None)
    assert products(public("GET", "/v1/search/trending")) == [a_product("lamp"), a_product("camera")]
    assert products(public("GET", "/v1/search/trending", query={"category": CATEGORY})) == [a_product("camera")]
    assert len(products(public("GET", "/v1/search/trending", query={"limit": "1"}))) == 1


@pytest.mark.parametrize(("caller", "who"), [(person, a.PERSON), (guest, a.GUEST_ID)], ids=["person", "guest"])
def test_everybody_sees_their_own_last_views_and_clears_them(world: World, noon, caller, who):
    looked_at("camera", by=who, number=1, at=NOON - timedelta(minutes=5))
    looked_at("unheard-of", by=who, number=2, at=NOON - timedelta(minutes=4))
    answer = caller("GET", "/v1/me/recently-viewed")
    assert products(answer) == [a_product("unheard-of"), a_product("camera")]
    assert [one["offer"] and one["offer"]["title"] for one in answer.json["items"]] == [None, "Vintage film camera"]
    assert caller("DELETE", "/v1/me/recently-viewed").status == 204
    looked_at("film", by=who, number=3, at=NOON - timedelta(minutes=1))
    assert products(caller("GET", "/v1/me/recently-viewed")) == []
    looked_at("film", by=who, number=4, at=NOON + timedelta(minutes=1))
    assert products(caller("GET", "/v1/me/recently-viewed")) == [a_product("film")]


def test_nobody_sees_or_clears_somebody_elses(world: World):
    looked_at("camera")
    assert products(guest("GET", "/v1/me/recently-viewed")) == []
    assert public("GET", "/v1/me/recently-viewed").status == 401
    assert guest("DELETE", "/v1/me/recently-viewed").status == 204
    assert public("DELETE", "/v1/me/recently-viewed").status == 401
    assert [product for product, _ in visits().of(a.PERSON)] == [a_product("camera")]


@pytest.mark.parametrize("path", RECOMMENDING)
def test_without_an_index_nothing_is_recommended_and_it_is_said(world: World, away, path):
    bring(a.an_order(1, "camera", "film", ordered_at=NOON))
    reckoning.handler({}, None)
    answer = public("GET", path.format(a_product("camera")))
    assert (answer.json, answer.headers["Cache-Control"]) == ({"items": [], "degraded": True}, "no-store")


def test_without_an_index_people_still_see_what_they_looked_at(world: World, away):
    looked_at("camera")
    answer = person("GET", "/v1/me/recently-viewed").json
    assert answer["degraded"] is True
    assert [(one["product_id"], one["offer"]) for one in answer["items"]] == [(a_product("camera"), None)]


@pytest.mark.parametrize("caller", [person, guest, public])
def test_only_admins_bring_a_history(world: World, caller):
    told = {"orders": [a.an_order(1, "camera", "film").model_dump(mode="json")]}
    assert caller("POST", "/v1/search/purchases", told).status in (401, 403)
    assert world.items() == []


def test_a_history_is_brought_once_and_the_operator_is_on_record(world: World):
    orders = [a.an_order(number, "camera", "film") for number in range(3)]
    key = {"Idempotency-Key": "history-0001"}
    assert [bring(*orders, headers=key).json["taken"] for _ in range(2)] == [3, 3]
    assert bring(*orders).json == {"taken": 0, "repeated": 3}
    told = [one["data"]["action"] for one in world.envelopes() if one["metadata"]["type"] == "OperatorActed"]
    assert told == ["bring_purchases"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"ordered_at": NOON + timedelta(minutes=6)}, "/orders/1/ordered_at"),
        ({"order_id": "with a space"}, "/orders/1/order_id"),
        ({"products": []}, "/orders/1/products"),
        ({"products": ["camera"]}, "/orders/1/products/0"),
    ],
)
def test_a_wrong_order_is_refused_with_all_that_came_along(world: World, said, pointer):
    good = a.an_order(1, "camera", "film").model_dump(mode="json")
    wrong = {"order_id": "2", "ordered_at": "2030-01-01T00:00:00Z", "products": [a_product()]} | said
    answer = admin("POST", "/v1/search/purchases", json.loads(json.dumps({"orders": [good, wrong]}, default=str)))
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer)
    assert world.items() == []


def test_an_order_of_now_is_learned_from(world: World):
    assert bring(a.an_order(1, "camera", "film", ordered_at=NOON)).json["taken"] == 1
    assert {product for product, _ in purchases().to_reckon()} == {a_product("camera"), a_product("film")}
