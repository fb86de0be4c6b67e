import pytest

from tests.builders import stores as a
from tests.builders.stores import as_user

PAGE = "/v1/shops/analog-cameras"


def test_visitors_see_the_page_and_its_edits_and_may_keep_it_for_a_while(world):
    store_id = a.an_open_store()
    as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"tagline": "Film for ever"})
    page = a.public("GET", PAGE)
    assert (page.status, page.json["tagline"], page.headers["ETag"]) == (200, "Film for ever", '"2"')
    assert page.headers["Cache-Control"] == "public, max-age=30"
    same = a.public("GET", PAGE, headers={"If-None-Match": '"2"'})
    assert (same.status, same.text, same.headers["Cache-Control"]) == (304, "", "public, max-age=30")


def test_visitors_see_no_street(world):
    store_id = a.an_open_store()
    as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/shipping", a.shipping().model_dump(mode="json"))
    page = a.public("GET", PAGE)
    assert page.json["ships_from"] == ["DE"]
    assert "Torstraße" not in page.text


def test_a_former_address_leads_to_the_present_one(world):
    store_id = a.an_open_store()
    me = as_user(a.OWNER)
    for slug in ("film-cameras", "cameras"):
        assert me("PUT", f"/v1/stores/{store_id}/slug", {"slug": slug}).json["slug"] == slug
    for former in ("analog-cameras", "film-cameras"):
        moved = a.public("GET", f"/v1/shops/{former}")
        assert (moved.status, moved.headers["Location"]) == (308, "/v1/shops/cameras")
    assert a.public("GET", "/v1/shops/cameras").json["name"] == "Analog Cameras"
    taken = as_user(a.STRANGER)("POST", "/v1/stores", a.a_request(slug="film-cameras"))
    assert (taken.status, taken.json["code"]) == (409, "slug_taken")


def test_a_store_can_go_back_to_its_former_address_and_followers_come_along(world):
    store_id = a.an_open_store()
    me = as_user(a.OWNER)
    as_user(a.STRANGER)("PUT", f"/v1/me/follows/{store_id}")
    versions = [a.public("GET", PAGE).json["version"]]
    for slug in ("film-cameras", "analog-cameras"):
        assert me("PUT", f"/v1/stores/{store_id}/slug", {"slug": slug}).status == 200
        page = a.public("GET", f"/v1/shops/{slug}").json
        assert page["followers"] == 1
        versions.append(page["version"])
    assert versions == sorted(set(versions))
    assert a.public("GET", "/v1/shops/film-cameras").headers["Location"] == "/v1/shops/analog-cameras"


def test_a_store_moves_once_under_its_key_and_not_at_all_to_where_it_is(world):
    store_id, key = a.an_open_store(), {"Idempotency-Key": "move-0001"}
    me = as_user(a.OWNER)
    first, again = (me("PUT", f"/v1/stores/{store_id}/slug", {"slug": "cameras"}, headers=key) for _ in range(2))
    assert first.json == again.json
    assert len(a.told_of(world, store_id)) == 2
    assert me("PUT", f"/v1/stores/{store_id}/slug", {"slug": "cameras"}).json["version"] == 2


def test_somebody_elses_address_is_not_to_be_had(world):
    store_id = a.an_open_store()
    a.an_open_store(a.STRANGER, "cameras")
    before = world.items()
    refused = as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/slug", {"slug": "cameras"})
    assert (refused.status, refused.json["code"]) == (409, "slug_taken")
    assert world.items() == before


def test_former_addresses_are_not_collected_without_end(world):
    store_id = a.an_open_store()
    me = as_user(a.OWNER)
    for number in range(10):
        assert me("PUT", f"/v1/stores/{store_id}/slug", {"slug": f"cameras-{number}"}).status == 200
    before = world.items()
    refused = me("PUT", f"/v1/stores/{store_id}/slug", {"slug": "cameras-10"})
    assert (refused.status, refused.json["code"]) == (409, "too_many_slugs")
    assert world.items() == before


@pytest.mark.parametrize("slug", ["nobody-here", "x", "..%2f"])
def test_no_store_no_page(world, slug):
    assert a.public("GET", f"/v1/shops/{slug}").status in (404, 422)


def test_a_visitor_reckons_what_a_parcel_costs(world):
    store_id = a.an_open_store()
    fast = a.a_rate(name="Express", price=a.euros(15_00), max_days=1)
    parcel = a.a_rate(free_from=a.euros(100_00), max_weight_g=5000)
    world_wide = a.a_zone(name="World", countries=[], rates=[fast])
    body = a.shipping(zones=[a.a_zone(rates=[fast, parcel]), world_wide]).model_dump(mode="json")
    assert as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/shipping", body).status == 200

    def told(**query: str) -> list[tuple[str, int]]:
        items = a.public("GET", f"{PAGE}/shipping-options", query=query).json["items"]
        return [(item["name"], item["price"]["minor"]) for item in items]

    assert told(country="DE", subtotal_minor="9999") == [("Parcel", 4_90), ("Express", 15_00)]
    assert told(country="DE", subtotal_minor="10000") == [("Parcel", 0), ("Express", 15_00)]
    assert told(country="DE", weight_g="5001") == [("Express", 15_00)]
    assert told(country="NZ") == [("Express", 15_00)]
    assert a.public("GET", f"{PAGE}/shipping-options", query={"country": "Mars"}).status == 422
