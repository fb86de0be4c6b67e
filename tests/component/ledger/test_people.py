import json
from datetime import datetime
from itertools import permutations
from typing import Any

import pytest

from functions.ledger import consumers
from functions.ledger.model.people import Person, Place
from functions.ledger.store.people import people
from kernel import clock
from tests.builders import deciding as d
from tests.builders import ledger as a
from tests.builders.http import Context

WHO = d.FINN


def hear(kind: str, source: str, sequence: int = 1, **data: Any) -> None:
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(a.NOON),
        "aggregate": "a",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def who() -> Person:
    [found] = people().persons([WHO], a.STORE)
    return found


ROLES = {
    1: lambda: hear("UserRegistered", "metco.identity", 1, user_id=WHO, roles=["customer"]),
    2: lambda: hear("RolesChanged", "metco.identity", 2, user_id=WHO, roles=["customer", "finance"]),
    3: lambda: hear("RolesChanged", "metco.identity", 3, user_id=WHO, roles=["customer"]),
}
PLACES = {
    1: lambda: hear("StaffJoined", "metco.stores", 1, store_id=a.STORE, user_id=WHO),
    2: lambda: hear("StaffLeft", "metco.stores", 2, store_id=a.STORE, user_id=WHO),
}


def test_whoever_nobody_told_of_has_no_rights(world):
    assert who() == Person(WHO)
    assert not who().known


@pytest.mark.parametrize("order", list(permutations(ROLES)), ids=str)
def test_the_newest_roles_win_in_whatever_order_they_are_heard(world, order):
    for number in (*order, *order):
        ROLES[number]()
    assert (who().roles, who().sequence) == ({"customer"}, 3)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=str)
def test_whoever_left_a_store_is_not_brought_back_by_older_news(world, order):
    for number in (*order, *order):
        PLACES[number]()
    assert who().place == Place(works=False, left_at=datetime.fromisoformat(clock.rfc3339(a.NOON)), sequence=2)


def test_a_place_is_in_one_store(world):
    PLACES[1]()
    assert who().place.works
    [elsewhere] = people().persons([WHO], a.an_id("sto", 1))
    assert elsewhere.place == Place()


def test_whoever_is_erased_is_nobody_and_what_they_were_answered_is_gone(world):
    ROLES[2]()
    d.registered(a.BUYER)
    key = {"idempotency-key": "the-same-key"}
    body = {"buyer_id": a.BUYER, "amount": {"minor": 5_00, "currency": "USD"}, "why": "goodwill"}
    assert d.finance()("POST", "/v1/credits/grants", body, headers=key).status == 201
    receipts = [row["pk"]["S"] for row in world.items() if row["pk"]["S"].startswith("RECEIPT#")]
    assert receipts == [f"RECEIPT#{WHO}"]
    for _ in range(2):
        hear("UserErased", "metco.identity", user_id=WHO)
    ROLES[3]()
    assert not who().known
    assert not [row for row in world.items() if row["pk"]["S"].startswith("RECEIPT#")]
