"""What `make dev` opens is good for showing: everything is accepted, and only the papers are missing."""

import pytest

from local.demo.stores import DemoStore, demo_stores
from tests.builders import stores as a
from tests.builders.stores import as_user


@pytest.mark.parametrize("store", demo_stores(), ids=lambda store: store.slug)
def test_a_demo_store_lacks_nothing_but_its_papers_and_where_it_is_paid(world, store: DemoStore):
    me = as_user(a.OWNER)
    store_id = me("POST", "/v1/stores", store.opening).json["store_id"]
    for part, content in store.parts.items():
        answer = me("PUT" if part else "PATCH", f"/v1/stores/{store_id}{part}", content)
        assert answer.status == 200, answer.text
    steps = me("GET", f"/v1/stores/{store_id}/checklist").json["steps"]
    assert [one["key"] for one in steps if one["required"] and one["state"] == "missing"] == ["verification", "payouts"]
    assert a.public("GET", f"/v1/shops/{store.slug}").json["name"] == store.opening["name"]


def test_there_are_twelve_demo_stores():
    assert len(demo_stores()) == 12
