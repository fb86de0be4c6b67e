from kernel import ids
from tests.builders import stores as a
from tests.builders.stores import as_user


def followers() -> int:
    return a.public("GET", "/v1/shops/analog-cameras").json["followers"]


def test_a_store_is_followed_once_however_often(world):
    store_id, fan = a.an_open_store(), as_user(a.STRANGER)
    for _ in range(3):
        assert fan("PUT", f"/v1/me/follows/{store_id}").status == 204
    [followed] = fan("GET", "/v1/me/follows").json["items"]
    assert (followed["store_id"], followed["slug"], followers()) == (store_id, "analog-cameras", 1)
    [told] = a.told_of(world, ids.derived_id("fol", store_id, a.STRANGER))
    assert told["data"] == {"store_id": store_id, "user_id": a.STRANGER}


def test_following_can_be_taken_back_and_taken_up_again(world):
    store_id, fan = a.an_open_store(), as_user(a.STRANGER)
    counts = []
    for method in ("PUT", "DELETE", "DELETE", "PUT"):
        assert fan(method, f"/v1/me/follows/{store_id}").status == 204
        counts.append(followers())
    assert counts == [1, 0, 0, 1]
    told = [row["metadata"] for row in a.told_of(world, ids.derived_id("fol", store_id, a.STRANGER))]
    assert [(row["type"], row["sequence"]) for row in told] == [
        ("StoreFollowed", 1),
        ("StoreUnfollowed", 2),
        ("StoreFollowed", 3),
    ]


def test_what_is_not_there_cannot_be_followed(world):
    assert as_user(a.STRANGER)("PUT", f"/v1/me/follows/{a.STORE}").status == 404
    assert as_user(a.STRANGER)("DELETE", f"/v1/me/follows/{a.STORE}").status == 204
    assert world.items() == []


def test_a_changed_count_is_a_changed_page(world):
    store_id = a.an_open_store()
    kept = a.public("GET", "/v1/shops/analog-cameras").headers["ETag"]
    as_user(a.STRANGER)("PUT", f"/v1/me/follows/{store_id}")
    assert a.public("GET", "/v1/shops/analog-cameras", headers={"If-None-Match": kept}).status == 200


def test_a_followed_store_is_listed_by_its_present_name(world):
    store_id, fan = a.an_open_store(), as_user(a.STRANGER)
    fan("PUT", f"/v1/me/follows/{store_id}")
    as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"name": "Film"})
    assert [one["name"] for one in fan("GET", "/v1/me/follows").json["items"]] == ["Film"]
    assert as_user(a.OWNER)("GET", "/v1/me/follows").json["items"] == []
