"""What `make dev` opens is good for showing: everything is accepted, and only the papers are missing."""

import pytest

from local.demo_stores import STORES
from tests.builders import stores as a
from tests.builders.stores import as_user


@pytest.mark.parametrize(("opening", "parts"), STORES, ids=lambda said: said.get("slug", ""))
def test_a_demo_store_lacks_nothing_but_its_papers(world, opening, parts):
    me = as_user(a.OWNER)
    store_id = me("POST", "/v1/stores", opening).json["store_id"]
    for part, content in parts.items():
        answer = me("PUT" if part else "PATCH", f"/v1/stores/{store_id}{part}", content)
        assert answer.status == 200, answer.text
    steps = me("GET", f"/v1/stores/{store_id}/checklist").json["steps"]
    assert [one["key"] for one in steps if one["required"] and one["state"] == "missing"] == ["verification"]
    assert a.public("GET", f"/v1/shops/{opening['slug']}").json["name"] == opening["name"]
