from unittest.mock import patch

from functions.catalog.store.categories import categories
from tests.builders import catalog as a
from tests.builders.catalog import as_moderator, as_seller, public


def names(world):
    return [node["names"]["en"] for node in public("GET", "/v1/categories").json["items"]]


def test_moderators_build_the_tree_and_everyone_sees_it(world):
    root = a.a_category(names={"en": "Photo"})
    a.a_category(root, names={"en": "Lenses"}, position=2)
    cameras = a.a_category(root, names={"en": "Cameras"}, position=1)
    assert names(world) == ["Photo", "Cameras", "Lenses"]
    page = public("GET", f"/v1/categories/{cameras}").json
    assert (page["parent_id"], page["path"], page["version"]) == (root, [root, cameras], 1)
    types = [one["metadata"]["type"] for one in world.envelopes()]
    assert types.count("CategoryChanged") == types.count("OperatorActed") == 3


def test_a_seller_leaves_the_tree_alone(world):
    root = a.a_category()
    before = world.items()
    assert as_seller()("POST", "/v1/categories", {"names": {"en": "Mine"}}).status == 403
    assert as_seller()("PATCH", f"/v1/categories/{root}", {"names": {"en": "Mine"}}).status == 403
    assert as_seller()("PUT", f"/v1/categories/{root}/parent", {"parent_id": None}).status == 403
    assert world.items() == before


def test_what_a_category_asks_is_inherited(world):
    root = a.a_category(
        attributes=[{"code": "format", "kind": "choice", "choices": [{"value": "35mm"}]}],
        price_limits={"EUR": {"floor": 100}},
    )
    child = a.a_category(root, attributes=[{"code": "shutter"}], price_limits={"USD": {"ceiling": 900}})
    page = public("GET", f"/v1/categories/{child}").json
    assert [one["code"] for one in page["all_attributes"]] == ["format", "shutter"]
    assert page["all_price_limits"] == {
        "EUR": {"floor": 100, "ceiling": None},
        "USD": {"floor": None, "ceiling": 900},
    }
    refused = as_moderator("PATCH", f"/v1/categories/{child}", {"attributes": [{"code": "format"}]})
    assert (refused.status, refused.json["code"]) == (422, "attribute_taken")


def test_an_edit_of_an_older_version_is_refused(world):
    root = a.a_category()
    path = f"/v1/categories/{root}"
    assert as_moderator("PATCH", path, {"names": {"en": "Photo"}}, headers={"if-match": '"1"'}).json["version"] == 2
    before = world.items()
    assert as_moderator("PATCH", path, {"names": {"en": "Foto"}}, headers={"if-match": '"1"'}).status == 412
    assert world.items() == before


def test_a_category_moves_with_all_below_it_and_is_to_be_filed_anew(world):
    here, there = a.a_category(names={"en": "Here"}), a.a_category(names={"en": "There"})
    child = a.a_category(here, names={"en": "Child"})
    grandchild = a.a_category(child, names={"en": "Grandchild"})
    assert as_moderator("PUT", f"/v1/categories/{child}/parent", {"parent_id": there}).status == 200
    assert public("GET", f"/v1/categories/{grandchild}").json["path"] == [there, child, grandchild]
    ring = as_moderator("PUT", f"/v1/categories/{there}/parent", {"parent_id": grandchild})
    assert (ring.status, ring.json["code"]) == (409, "category_below_itself")
    due = [item["path"]["L"] for item in world.items() if item["pk"]["S"] == "DUE#refile"]
    assert [[one["S"] for one in path] for path in due] == [[here, child], [here, child]]


def test_two_moves_that_together_would_make_a_ring_do_not_both_happen(world):
    left, right = a.a_category(), a.a_category()
    as_read = categories().tree_now()
    assert as_moderator("PUT", f"/v1/categories/{left}/parent", {"parent_id": right}).status == 200
    with patch.object(categories(), "tree_now", lambda: as_read):  # the other one read before the first wrote
        refused = as_moderator("PUT", f"/v1/categories/{right}/parent", {"parent_id": left})
    assert (refused.status, refused.json["code"]) == (409, "tree_changed")
    assert public("GET", f"/v1/categories/{left}").json["path"] == [right, left]


def test_a_repeated_creation_makes_one_category(world):
    headers = {"idempotency-key": "create-cameras-1"}
    first = as_moderator("POST", "/v1/categories", {"names": {"en": "Cameras"}}, headers=headers)
    again = as_moderator("POST", "/v1/categories", {"names": {"en": "Cameras"}}, headers=headers)
    assert (again.status, again.json["category_id"]) == (201, first.json["category_id"])
    assert names(world) == ["Cameras"]


def test_a_category_below_nothing_is_refused(world):
    lost = {"parent_id": a.CATEGORY, "names": {"en": "Lost"}}
    assert as_moderator("POST", "/v1/categories", lost).json["code"] == "no_such_category"
    assert world.items() == []
