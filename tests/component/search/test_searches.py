"""Searching over HTTP, with an index in a folder and without one; what operators tune, watch and rebuild."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from functions.search import api, consumers, filling, indexing, searching, sweep
from functions.search.index.embedded.index import EmbeddedIndex
from functions.search.index.port import IndexAway
from functions.search.model import told
from functions.search.store.operating import operating
from functions.search.store.rebuilds import rebuilds
from kernel import clock
from kernel.authz import Principal
from tests.builders import search as a
from tests.builders.http import Caller

public = Caller(api.api)
admin = Caller(api.api, Principal(a.OPERATOR, "", frozenset({"customer", "admin"})))
customer = Caller(api.api, Principal("usr_00000000000000000000000001", "", frozenset({"customer"})))
OWN: dict[str, tuple[type[Any], Callable[..., None]]] = {
    "RebuildStarted": (told.RebuildStarted, consumers.begin_rebuild),
    "RebuildShard": (told.RebuildShard, consumers.fill_shard),
    "RebuildAbandoned": (told.RebuildAbandoned, consumers.abandon_rebuild),
}


@pytest.fixture(autouse=True)
def noon():
    with clock.frozen(a.NOON) as advance:
        yield advance


@pytest.fixture(autouse=True)
def shelves(tmp_path, monkeypatch, world):
    found = EmbeddedIndex(tmp_path)
    for module in (indexing, searching, filling):
        monkeypatch.setattr(module, "index", lambda: found)
    consumers.hear_of_store_change(a.store_told(point={"lat": 52.5, "lon": 13.4}))
    consumers.hear_of_import(
        a.imported(
            [
                a.a_listing(1, title="Leica M3", variant={"price": 900_00}, attributes={"format": "35mm"}),
                a.a_listing(2, title="Leica R4", variant={"price": 300_00}, attributes={"format": "35mm"}),
                a.a_listing(3, title="Holga", brand="Lomo, Ltd", variant={"price": 50_00}, category_path=[a.CAMERAS]),
            ]
        )
    )
    return found


@pytest.fixture
def away(monkeypatch):
    def none():
        raise IndexAway("nobody answers")

    monkeypatch.setattr(searching, "index", none)


def ask(path="/v1/search", **query):
    return public("GET", path, query={name.replace("__", "."): str(value) for name, value in query.items()})


def titles(answer):
    assert answer.status == 200, answer.text
    return [one["title"] for one in answer.json["items"]]


def walk(world, done):
    """Search's own events to its consumers, each of them twice, until there are no new ones."""
    while fresh := [row for row in world.envelopes() if row["metadata"]["id"] not in done]:
        for row in fresh:
            done.add(row["metadata"]["id"])
            if row["metadata"]["type"] in OWN:
                view, handle = OWN[row["metadata"]["type"]]
                for _ in range(2):
                    handle(a.received(view.model_validate(row["data"])))


def test_words_find_goods_with_their_cards():
    answer = ask(q="leica m3")
    first = answer.json["items"][0]
    assert (first["title"], first["price"], first["store"]["name"], first["highlights"]) == (
        "Leica M3",
        {"minor": 900_00, "currency": "EUR"},
        "Analog Cameras",
        [{"start": 0, "end": 5}, {"start": 6, "end": 8}],
    )


def test_filters_narrow_and_facets_count_under_the_other_filters():
    answer = ask(attr__format="35mm", price_to=500_00, facets="brand,price")
    assert titles(answer) == ["Leica R4"]
    counted = {one["value"]: one["count"] for one in ask(brand="Leica", facets="brand").json["facets"]["brand"]}
    assert counted == {"Leica": 2, "Lomo, Ltd": 1}


def test_a_brand_may_hold_a_comma():
    assert titles(ask(brand="Lomo, Ltd")) == ["Holga"]


def test_a_category_stands_for_all_below_it():
    assert len(titles(ask(category=a.CAMERAS))) == 3
    assert len(titles(ask(category=a.FILM_CAMERAS))) == 2


def test_prices_sort_and_pages_follow_each_other():
    first = ask(sort="price_up", limit=2)
    assert titles(first) == ["Holga", "Leica R4"]
    assert titles(ask(sort="price_up", limit=2, cursor=first.json["cursor"])) == ["Leica M3"]


def test_a_cursor_goes_on_with_no_other_search():
    cursor = ask(sort="price_up", limit=2).json["cursor"]
    for other in (ask(sort="price_down", limit=2, cursor=cursor), ask(sort="price_up", cursor="x" + cursor[1:])):
        assert (other.status, other.json["code"]) == (422, "search_cursor_invalid")


def test_distance_is_counted_from_a_place():
    assert ask(lat=52.5, lon=13.4, km=5).json["items"][0]["distance_km"] == 0
    assert titles(ask(lat=50.4, lon=30.5, km=100)) == []
    assert ask(lat=52.5, km=5).status == 422


@pytest.mark.parametrize(
    "query",
    [
        {"q": "a" * 10_000},
        {"q": "x" * 201},
        {"facets": "nonsense"},
        {"sort": "distance"},
        {"attr__Bad": "1"},
        {"price_from": 2, "price_to": 1},
        {"brand": "a\x00b"},
        {"price_from": 1, "currency": "JQK"},
    ],
)
def test_what_cannot_be_searched_for_is_refused_clearly(query):
    answer = ask(**query)
    assert answer.status == 422
    assert answer.json["code"] in ("invalid", "search_refused", "query_too_long")
    assert answer.json["detail"]


@pytest.mark.parametrize(
    "text", ["\x00\x1f", "title:* OR *:*", "(a+)+$" * 20, "\\", '"', "🎷" * 100, "a AND NOT b", "\u202elol", " " * 150]
)
def test_whatever_is_typed_is_answered(text):
    assert ask(q=text).status == 200
    assert ask("/v1/search/suggestions", q=text).status == 200


def test_suggestions_name_goods_and_brands():
    answer = ask("/v1/search/suggestions", q="lei")
    assert {one["title"] for one in answer.json["items"]} == {"Leica M3", "Leica R4"}
    assert ask("/v1/search/suggestions").json["items"] == []


def test_stores_are_found_by_name_category_and_distance():
    for query in ({"q": "analog"}, {"category": a.FILM_CAMERAS}, {"lat": 52.5, "lon": 13.4, "sort": "distance"}):
        [store] = ask("/v1/search/stores", **query).json["items"]
        assert store["slug"] == "analog-cameras"
    assert ask("/v1/search/stores", lat=50.4, lon=30.5, km=10).json["items"] == []


# Without an index


def test_without_an_index_the_category_is_listed_newest_first_and_says_so(away):
    answer = ask(q="leica", category=a.FILM_CAMERAS, price_to=500_00)
    assert titles(answer) == ["Leica R4", "Leica M3"]
    told_so = answer.json
    assert (told_so["degraded"], told_so["ignored"], told_so["total"]) == (True, ["q", "price_to"], None)
    assert told_so["notice"]
    assert (answer.headers["X-Degraded"], answer.headers["Cache-Control"]) == ("true", "no-store")


def test_without_an_index_and_a_category_everything_is_listed_a_page_at_a_time(away):
    first = ask(limit=2)
    assert titles(first) == ["Holga", "Leica R4"]
    rest = ask(limit=2, cursor=first.json["cursor"])
    assert titles(rest) == ["Leica M3"]
    assert titles(ask(brand="Lomo, Ltd", limit=2)) == ["Holga"]


def test_a_listing_that_began_degraded_goes_on_so(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(searching, "index", lambda: (_ for _ in ()).throw(IndexAway("away")))
        cursor = ask(limit=2).json["cursor"]
    assert ask(limit=2, cursor=cursor).json["degraded"]


def test_without_an_index_stores_and_suggestions_say_so(away):
    assert ask("/v1/search/stores", q="analog").json["degraded"]
    assert ask("/v1/search/suggestions", q="lei").json["degraded"]
    assert admin("GET", "/v1/search/health").json["available"] is False


def test_what_was_withdrawn_is_not_listed_without_an_index_either(away):
    consumers.hear_of_withdrawal(a.withdrawn(3))
    assert titles(ask()) == ["Leica R4", "Leica M3"]


# Operators


def test_synonyms_count_within_half_a_minute_without_a_rebuild(noon):
    assert titles(ask(q="snapshooter")) == []
    body = {"synonyms": {"en": [["Snapshooter", "leica"]]}}
    assert admin("PUT", "/v1/search/settings", body).json["version"] == 1
    noon(timedelta(seconds=30))
    assert set(titles(ask(q="snapshooter"))) == {"Leica M3", "Leica R4"}


def test_settings_are_changed_by_whoever_saw_the_present_ones():
    admin("PUT", "/v1/search/settings", {}, headers={"If-Match": '"0"'})
    late = admin("PUT", "/v1/search/settings", {"boosts": {"rating": 2.0}}, headers={"If-Match": '"0"'})
    assert late.status == 412
    assert admin("GET", "/v1/search/settings").json["boosts"]["rating"] == 1.0


def test_a_change_of_settings_leaves_an_operators_track(world):
    admin("PUT", "/v1/search/settings", {})
    [track] = [row["data"] for row in world.envelopes() if row["metadata"]["type"] == "OperatorActed"]
    assert (track["operator_id"], track["action"]) == (a.OPERATOR, "change_search_settings")


@pytest.mark.parametrize(
    "body", [{"boosts": {"rating": 6}}, {"synonyms": {"en": [["alone"]]}}, {"synonyms": {"xx": []}}, {"words": 1}]
)
def test_settings_that_make_no_sense_are_refused(body):
    assert admin("PUT", "/v1/search/settings", body).status == 422
    assert operating().settings().version == 0


def test_others_change_and_start_nothing(world):
    before = world.items()
    for caller, status in ((public, 401), (customer, 403)):
        assert caller("PUT", "/v1/search/settings", {}).status == status
        assert caller("POST", "/v1/search/rebuilds").status == status
        assert caller("GET", "/v1/search/misses").status == status
    assert world.items() == before


def test_what_nobody_found_is_counted_without_saying_who_asked():
    for text in ("Theremin", " theremin ", "gramophone", "leica", "ada@example.com theremin", "+380 44 123 45 67"):
        ask(q=text)
    ask(q="sousaphone", brand="Leica")
    told_of = admin("GET", "/v1/search/misses").json
    assert [(one["query"], one["count"]) for one in told_of["items"]] == [("theremin", 2), ("gramophone", 1)]
    assert told_of["week"] == "2030-W01"
    assert admin("GET", "/v1/search/misses", query={"week": "2029-W50"}).json["items"] == []


# Rebuilds


def test_a_rebuild_takes_over_with_all_there_is_and_what_came_meanwhile(world, shelves, monkeypatch):
    done = {row["metadata"]["id"] for row in world.envelopes()}
    monkeypatch.setattr(filling, "PAGE", 1)
    consumers.hear_of_withdrawal(a.withdrawn(3))
    started = admin("POST", "/v1/search/rebuilds")
    rebuild_id = started.json["rebuild_id"]
    assert started.status == 202
    consumers.begin_rebuild(a.received(told.RebuildStarted(rebuild_id=rebuild_id)))
    consumers.hear_of_change(a.listed(a.a_listing(1, 2, title="Leica M4"), told.OfferChanged))
    walk(world, done)
    ended = admin("GET", f"/v1/search/rebuilds/{rebuild_id}").json
    assert (ended["state"], ended["parts_done"], ended["documents"]) == ("done", 16, 3)
    assert set(titles(ask())) == {"Leica M4", "Leica R4"}
    health = admin("GET", "/v1/search/health").json
    assert (health["generation"], health["listings"], health["rebuild"]) == (rebuild_id, 2, None)


def test_there_is_one_rebuild_at_a_time_and_it_can_be_abandoned(world, shelves):
    done = {row["metadata"]["id"] for row in world.envelopes()}
    rebuild_id = admin("POST", "/v1/search/rebuilds").json["rebuild_id"]
    assert admin("POST", "/v1/search/rebuilds").json["code"] == "rebuild_running"
    consumers.begin_rebuild(a.received(told.RebuildStarted(rebuild_id=rebuild_id)))
    assert shelves.rebuilding() == rebuild_id
    assert admin("DELETE", f"/v1/search/rebuilds/{rebuild_id}").status == 204
    walk(world, done)
    assert shelves.rebuilding() is None
    assert admin("DELETE", f"/v1/search/rebuilds/{rebuild_id}").json["code"] == "rebuild_over"
    assert admin("GET", f"/v1/search/rebuilds/{rebuild_id}").json["state"] == "abandoned"
    assert len(titles(ask())) == 3
    assert admin("POST", "/v1/search/rebuilds").status == 202


def test_what_was_withdrawn_long_ago_is_left_out_of_a_rebuild(world, noon, shelves):
    done = {row["metadata"]["id"] for row in world.envelopes()}
    consumers.hear_of_withdrawal(a.withdrawn(3))
    noon(timedelta(hours=2))
    rebuild_id = admin("POST", "/v1/search/rebuilds").json["rebuild_id"]
    walk(world, done)
    assert admin("GET", f"/v1/search/rebuilds/{rebuild_id}").json["documents"] == 2


def test_a_rebuild_that_nobody_tells_of_goes_on_with_the_sweep(world, noon, shelves):
    rebuild_id = admin("POST", "/v1/search/rebuilds").json["rebuild_id"]
    done = {row["metadata"]["id"] for row in world.envelopes()}  # and all of it is lost on the way
    sweep.handler({}, None)
    walk(world, done)
    assert rebuilds().rebuild(rebuild_id).state == "running"
    noon(timedelta(minutes=3))
    sweep.handler({}, None)
    consumers.begin_rebuild(a.received(told.RebuildStarted(rebuild_id=rebuild_id)))
    done |= {row["metadata"]["id"] for row in world.envelopes()}  # lost again, in the middle
    noon(timedelta(minutes=3))
    sweep.handler({}, None)
    walk(world, done)
    assert rebuilds().rebuild(rebuild_id).state == "done"


def test_a_rebuild_that_comes_to_no_end_is_given_up(world, noon, shelves):
    rebuild_id = admin("POST", "/v1/search/rebuilds").json["rebuild_id"]
    noon(timedelta(days=2))
    sweep.handler({}, None)
    assert rebuilds().rebuild(rebuild_id).state == "failed"
    assert rebuilds().running() is None
