import pytest

from functions.stores.api import api
from kernel.authz import Principal
from tests.builders import stores as a
from tests.builders.http import Caller
from tests.builders.stores import as_user


def test_a_store_is_opened_and_belongs_to_whoever_opened_it(world):
    opened = as_user(a.OWNER)("POST", "/v1/stores", a.a_request())
    assert opened.status == 201, opened.text
    store_id = opened.json["store_id"]
    assert as_user(a.OWNER)("GET", f"/v1/stores/{store_id}").json == opened.json
    [mine] = as_user(a.OWNER)("GET", "/v1/me/stores").json["items"]
    assert (mine["store_id"], mine["role"]) == (store_id, "owner")
    [told] = a.told_of(world, store_id)
    assert told["metadata"]["type"] == "StoreOpened"
    assert told["data"]["owner_id"] == a.OWNER
    assert as_user(a.STRANGER)("GET", f"/v1/stores/{store_id}").status == 404


def test_a_slug_belongs_to_one_store(world):
    a.an_open_store()
    before = world.items()
    second = as_user(a.STRANGER)("POST", "/v1/stores", a.a_request())
    assert (second.status, second.json["code"]) == (409, "slug_taken")
    assert world.items() == before


def test_a_repeated_opening_with_one_key_opens_one_store(world):
    me, key = as_user(a.OWNER), {"Idempotency-Key": "open-0001"}
    first = me("POST", "/v1/stores", a.a_request(), headers=key)
    again = me("POST", "/v1/stores", a.a_request(), headers=key)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (first.json, "true")
    assert len(me("GET", "/v1/me/stores").json["items"]) == 1
    assert [row["metadata"]["type"] for row in a.told_of(world, first.json["store_id"])] == ["StoreOpened"]


def test_nobody_opens_stores_without_end(world):
    for number in range(20):
        a.an_open_store(slug=f"store-{number}")
    before = world.items()
    refused = as_user(a.OWNER)("POST", "/v1/stores", a.a_request(slug="store-20"))
    assert (refused.status, refused.json["code"]) == (429, "too_many_stores")
    assert world.items() == before


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"slug": "ab"}, "/slug"),
        ({"slug": "Analog"}, "/slug"),
        ({"slug": "two--hyphens"}, "/slug"),
        ({"slug": "-edge"}, "/slug"),
        ({"slug": "admin"}, "/slug"),
        ({"slug": "../up"}, "/slug"),
        ({"name": " "}, "/name"),
        ({"country": "XX"}, "/country"),
        ({"currency": "XXX"}, "/currency"),
        ({"verification": "verified"}, "/verification"),
    ],
)
def test_a_bad_opening_is_told_and_opens_nothing(world, said, pointer):
    before = world.items()
    answer = as_user(a.OWNER)("POST", "/v1/stores", a.a_request(**said))
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, [pointer])
    assert world.items() == before


def test_an_edit_changes_what_is_sent_and_is_told_once(world):
    store_id = a.an_open_store()
    me, key = as_user(a.OWNER), {"Idempotency-Key": "edit-0001"}
    edited = me("PATCH", f"/v1/stores/{store_id}", {"name": "Film", "currency": "PLN"}, headers=key)
    assert (edited.json["name"], edited.json["currency"], edited.json["version"]) == ("Film", "PLN", 2)
    again = me("PATCH", f"/v1/stores/{store_id}", {"name": "Film", "currency": "PLN"}, headers=key)
    assert again.json == edited.json
    told = a.told_of(world, store_id)
    assert [row["metadata"]["type"] for row in told] == ["StoreOpened", "StoreChanged"]
    assert told[-1]["data"]["sections"] == ["profile"]


def test_an_edit_of_an_old_version_is_refused_and_changes_nothing(world):
    store_id = a.an_open_store()
    me = as_user(a.OWNER)
    me("PATCH", f"/v1/stores/{store_id}", {"name": "First"})
    before = world.items()
    late = me("PATCH", f"/v1/stores/{store_id}", {"name": "Late"}, headers={"If-Match": '"1"'})
    assert late.status == 412
    assert world.items() == before


def test_only_a_place_that_includes_editing_may_edit(world):
    store_id = a.an_open_store()
    a.a_place(store_id, a.STRANGER, "view_orders", "edit_products", "view_sales", "manage_staff", "withdraw_funds")
    clerk, before = as_user(a.STRANGER), world.items()
    assert clerk("GET", f"/v1/stores/{store_id}").status == 200
    for path, body in (("", {"name": "Mine"}), ("/faq", {"items": []}), ("/slug", {"slug": "mine"})):
        method = "PUT" if path else "PATCH"
        assert clerk(method, f"/v1/stores/{store_id}{path}", body).status in (403, 404)
    assert world.items() == before
    a.a_place(store_id, a.STRANGER, "edit_store")
    assert clerk("PATCH", f"/v1/stores/{store_id}", {"name": "Ours"}).status == 200


def test_a_strangers_store_and_a_missing_one_answer_alike(world):
    store_id = a.an_open_store()
    eve = as_user(a.STRANGER)
    theirs, missing = (eve("PATCH", f"/v1/stores/{one}", {"name": "Eve"}) for one in (store_id, a.STORE))
    assert theirs.status == missing.status == 404
    assert {**theirs.json, "trace_id": ""} == {**missing.json, "trace_id": ""}


def test_my_stores_are_told_page_by_page(world):
    opened = {a.an_open_store(slug=f"store-{number}") for number in range(3)}
    me = as_user(a.OWNER)
    first = me("GET", "/v1/me/stores", query={"limit": "2"}).json
    rest = me("GET", "/v1/me/stores", query={"limit": "2", "cursor": first["cursor"]}).json
    assert {one["store_id"] for one in first["items"] + rest["items"]} == opened
    assert me("GET", "/v1/me/stores", query={"cursor": "made-up"}).status == 422


def test_an_api_key_does_in_a_store_what_its_scopes_say(world):
    store_id = a.an_open_store()
    reader = Caller(api, Principal(a.OWNER, roles=frozenset({"customer"}), scopes=frozenset({"stores:read"})))
    writer = Caller(api, Principal(a.OWNER, roles=frozenset({"customer"}), scopes=frozenset({"stores:write"})))
    before = world.items()
    assert reader("GET", f"/v1/stores/{store_id}").status == 200
    assert reader("PATCH", f"/v1/stores/{store_id}", {"name": "Read"}).status == 403
    assert writer("GET", f"/v1/stores/{store_id}").status == 403
    assert writer("POST", "/v1/stores", a.a_request(slug="by-a-key")).status == 403
    assert world.items() == before
    assert writer("PATCH", f"/v1/stores/{store_id}", {"name": "Written"}).status == 200
