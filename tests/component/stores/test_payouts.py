import json
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from functions.stores import consumers
from functions.stores.store.payouts import PayoutsHeard, payouts
from functions.stores.store.stores import Stores, stores
from kernel.table import Table
from tests.builders import stores as a
from tests.builders.http import Context
from tests.builders.stores import as_user


def news(kind: str, store_id: str, sequence: int, **said: Any) -> dict[str, Any]:
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00Z",
        "aggregate": store_id,
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    data = {"store_id": store_id, **said}
    body = {"source": "metco.payments", "detail-type": f"{kind}.v1"}
    record = {"messageId": "1", "body": json.dumps(body | {"detail": {"metadata": metadata, "data": data}})}
    answer: dict[str, Any] = consumers.handler({"Records": [record]}, Context())
    return answer


def hear(store_id: str, state: str, sequence: int) -> dict[str, Any]:
    return news("SellerAccountChanged", store_id, sequence, state=state, missing=[])


def hear_of_ways(store_id: str, sequence: int, *ways: str) -> dict[str, Any]:
    return news("PayoutWaysChanged", store_id, sequence, ways=list(ways))


HEARD: dict[str, Any] = {"batchItemFailures": []}


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


STORY: dict[int, Callable[[str], Any]] = {
    1: lambda store_id: hear(store_id, "payable", 1),
    2: lambda store_id: hear(store_id, "incomplete", 2),
    3: lambda store_id: hear_of_ways(store_id, 1, "bank"),
    4: lambda store_id: hear_of_ways(store_id, 2, "bank", "paypal"),
}


@pytest.mark.parametrize("order", list(permutations(STORY)), ids=str)
def test_another_way_out_is_as_good_as_an_account(world, order):
    store_id = a.an_open_store()
    for number in (*order, *order):
        assert STORY[number](store_id) == HEARD
    assert step(store_id) == "done"
    assert hear_of_ways(store_id, 3) == HEARD
    assert step(store_id) == "missing"


def test_of_two_that_come_at_once_neither_forgets_the_other(world, monkeypatch):
    """The account becomes payable while the last other way is taken away: each has seen the other as it was."""
    store_id = a.an_open_store()
    hear_of_ways(store_id, 1, "bank")
    noted, rivals = PayoutsHeard._note, iter([True])

    def note_and_be_overtaken(self: PayoutsHeard, *said: Any) -> None:
        read = Table.get

        def read_then_rival(table: Table, pk: str, sk: str) -> Any:
            found = read(table, pk, sk)
            if sk.startswith("PAYOUTS#") and next(rivals, False):
                hear_of_ways(store_id, 2)
            return found

        with monkeypatch.context() as patch:
            patch.setattr(Table, "get", read_then_rival)
            noted(self, *said)

    monkeypatch.setattr(PayoutsHeard, "_note", note_and_be_overtaken)
    assert hear(store_id, "payable", 1) == HEARD
    assert step(store_id) == "done"


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
    payouts().heard(store_id, "account", True, sequence=1)
    found = stores().store_of(store_id)
    assert (found.payouts, found.tagline) == ("done", "Meanwhile")
