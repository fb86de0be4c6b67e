from tests.builders import stores as a
from tests.builders.stores import as_user


def test_a_store_is_opened_and_belongs_to_whoever_opened_it(world):
    opened = as_user(a.OWNER)("POST", "/v1/stores", a.a_request())
    assert opened.status == 201, opened.text
    store_id = opened.json["store_id"]
    assert as_user(a.OWNER)("GET", f"/v1/stores/{store_id}").json == opened.json
    [mine] = as_user(a.OWNER)("GET", "/v1/me/stores").json["items"]
    assert (mine["store_id"], mine["role"]) == (store_id, "owner")
    [told] = world.envelopes()
    assert (told["metadata"]["type"], told["metadata"]["aggregate"]) == ("StoreOpened", store_id)
    assert told["data"]["owner_id"] == a.OWNER
    assert as_user(a.STRANGER)("GET", f"/v1/stores/{store_id}").status == 404


def test_a_slug_belongs_to_one_store(world):
    a.an_open_store()
    before = world.items()
    second = as_user(a.STRANGER)("POST", "/v1/stores", a.a_request())
    assert (second.status, second.json["code"]) == (409, "slug_taken")
    assert world.items() == before


def test_visitors_see_the_page_and_its_edits(world):
    store_id = a.an_open_store()
    as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"tagline": "Film for ever"})
    page = a.public("GET", "/v1/shops/analog-cameras")
    assert (page.status, page.json["tagline"], page.headers["ETag"]) == (200, "Film for ever", '"2"')
    same = a.public("GET", "/v1/shops/analog-cameras", headers={"If-None-Match": '"2"'})
    assert (same.status, same.text) == (304, "")
