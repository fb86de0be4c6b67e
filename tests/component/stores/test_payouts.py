import json
from itertools import permutations
from typing import Any

import pytest

from functions.stores import consumers
from functions.stores.store.payouts import payouts
from functions.stores.store.stores import Stores, stores
from tests.builders import stores as a
from tests.builders.http import Context
from tests.builders.stores import as_user


def hear(store_id: str, state: str, sequence: int) -> dict[str, Any]:
    metadata = {
        "id": "evt_1",
        "type": "SellerAccountChanged",
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00Z",
        "aggregate": store_id,
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    data = {"store_id": store_id, "state": state, "missing": []}
    body = {"source": "metco.payments", "detail-type": "SellerAccountChanged.v1"}
    record = {"messageId": "1", "body": json.dumps(body | {"detail": {"metadata": metadata, "data": data}})}
    answer: dict[str, Any] = consumers.handler({"Records": [record]}, Context())
    return answer


HEARD = {"batchItemFailures": []}


def step(store_id: str) -> str:
    told = as_user(a.OWNER)("GET", f"/v1/stores/{store_id}/checklist").json
    [found] = [one["state"] for one in told["steps"] if one["key"] == "payouts"]
    return str(found)


def changes(world, store_id: str) -> list[list[str]]:
    told = a.told_of(world, store_id)
    return [one["data"]["sections"] for one in told if one["metadata"]["type"] == "StoreChanged"]


def test_a_store_is_done_with_payouts_while_its_account_is_payable(world):
    store_id = a.an_open_store()
    assert step(store_id) == "missing"
    for sequence, (state, stands) in enumerate(
        [("in_review", "missing"), ("payable", "done"), ("refused", "missing")], 1
    ):
        assert hear(store_id, state, sequence) == HEARD
        assert step(store_id) == stands
    assert changes(world, store_id) == [["payouts"], ["payouts"]]


@pytest.mark.parametrize("order", list(permutations([1, 2, 3])), ids=str)
def test_the_newest_news_wins_in_whatever_order_and_however_often_it_comes(world, order):
    store_id = a.an_open_store()
    for sequence in (*order, *order):
        assert hear(store_id, {1: "incomplete", 2: "refused", 3: "payable"}[sequence], sequence) == HEARD
    assert step(store_id) == "done"
    assert changes(world, store_id) == [["payouts"]]


def test_news_of_a_store_that_is_closed_or_was_never_there_changes_nothing(world):
    store_id = a.an_open_store()
    closed = stores().store_of(store_id).model_copy(update={"standing": "closed"})
    stores().edit(closed, expecting=closed.version, sections=["standing"], receipt=None)
    assert hear(store_id, "payable", 1) == HEARD
    assert hear(a.STORE, "payable", 1) == HEARD
    assert stores().store_of(store_id).payouts == "missing"
    assert not [row for row in world.items() if row["pk"]["S"] == f"STORE#{a.STORE}"]


def test_news_that_meets_an_edit_of_the_stores_people_is_not_lost(world, monkeypatch):
    store_id = a.an_open_store()
    read, edits = Stores.store_of, iter([True])

    def read_and_be_overtaken(self: Stores, asked: str) -> Any:
        found = read(self, asked)
        if next(edits, False):
            assert as_user(a.OWNER)("PATCH", f"/v1/stores/{store_id}", {"tagline": "Meanwhile"}).status == 200
        return found

    monkeypatch.setattr(Stores, "store_of", read_and_be_overtaken)
    payouts().become(store_id, True, sequence=1)
    found = stores().store_of(store_id)
    assert (found.payouts, found.tagline) == ("done", "Meanwhile")
