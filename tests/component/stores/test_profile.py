"""What a store tells everybody about itself, and where it is, no nearer than a kilometre."""

from tests.builders import papers, staff
from tests.builders import stores as a
from tests.builders.stores import as_user

MODERATOR = "usr_00000000000000000000000002"
HERE = {"lat": 52.53, "lon": 13.4}


def profiles(world, store_id: str) -> list[dict]:
    return [one["data"]["profile"] for one in a.told_of(world, store_id) if "profile" in one["data"]]


def test_a_new_store_tells_who_it_is(world):
    store_id = a.an_open_store()
    assert profiles(world, store_id) == [
        {
            "name": "Analog Cameras",
            "slug": "analog-cameras",
            "tagline": "",
            "logo": None,
            "country": "DE",
            "verified": False,
            "standing": "open",
            "point": None,
        }
    ]


def test_where_a_store_is_is_rounded_before_anything_sees_it(world):
    store_id = a.an_open_store()
    answer = as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/point", {"lat": 52.5321987, "lon": 13.3988112})
    assert answer.json["point"] == HERE
    assert a.public("GET", "/v1/shops/analog-cameras").json["point"] == HERE
    assert profiles(world, store_id)[-1]["point"] == HERE
    assert "5321987" not in str(world.items())


def test_a_store_says_no_longer_where_it_is(world):
    store_id, me = a.an_open_store(), as_user(a.OWNER)
    me("PUT", f"/v1/stores/{store_id}/point", HERE)
    assert me("DELETE", f"/v1/stores/{store_id}/point").json["point"] is None
    assert a.public("GET", "/v1/shops/analog-cameras").json["point"] is None
    assert profiles(world, store_id)[-1]["point"] is None


def test_where_it_sends_to_is_told_without_where_it_sends_from(world):
    store_id, me = a.an_open_store(), as_user(a.OWNER)
    me("PUT", f"/v1/stores/{store_id}/shipping", a.shipping().model_dump(mode="json"))
    told = a.told_of(world, store_id)[-1]["data"]
    assert told["zones"] == [a.a_zone().model_dump(mode="json")]
    assert "Torstraße" not in str(told)


def test_somebody_else_does_not_say_where_a_store_is(world):
    store_id = a.an_open_store()
    before = world.items()
    assert as_user(a.STRANGER)("PUT", f"/v1/stores/{store_id}/point", HERE).status == 404
    assert world.items() == before


def test_verified_suspended_and_moved_are_told_with_the_profile(world):
    store_id = a.an_open_store()
    papers.submitted(store_id, a.OWNER)
    for what in ("claim", "approve"):
        assert papers.judge(store_id, MODERATOR, what).status == 200
    assert profiles(world, store_id)[-1]["verified"] is True
    staff.suspend(store_id)
    assert profiles(world, store_id)[-1]["standing"] == "suspended"
    staff.judge(store_id, "restore")
    as_user(a.OWNER)("PUT", f"/v1/stores/{store_id}/slug", {"slug": "film-cameras"})
    told = profiles(world, store_id)[-1]
    assert (told["slug"], told["standing"], told["verified"]) == ("film-cameras", "open", True)
