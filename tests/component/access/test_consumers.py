import itertools
import json

import pytest

from functions.access import consumers, rules
from functions.access.model import Caller, Standing
from functions.access.store import Store
from kernel.authz import Principal
from tests.builders.http import Context

USER, SESSION = "usr_1", "session-1"


@pytest.fixture
def access(world, monkeypatch):
    monkeypatch.setenv("TABLE", "access")
    monkeypatch.setattr(consumers, "store", Store)
    return Store()


def message(kind: str, sequence: int, *, source: str = "metco.identity", **data):
    metadata = {
        "id": f"evt_{sequence}",
        "type": kind,
        "version": 1,
        "occurred_at": "2026-05-04T12:00:00Z",
        "aggregate": USER,
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    return {"messageId": f"{kind}-{sequence}", "body": json.dumps(body)}


REGISTERED = message("UserRegistered", 1, user_id=USER, roles=["customer"], locale="en", currency="EUR")
PROMOTED = message("RolesChanged", 3, user_id=USER, roles=["admin", "customer"])
DEMOTED = message("RolesChanged", 4, user_id=USER, roles=["customer", "seller"])


@pytest.mark.parametrize("order", list(itertools.permutations([REGISTERED, PROMOTED, DEMOTED])))
def test_in_any_order_and_twice_the_newest_roles_hold(access, order):
    consumers.handler({"Records": [*order, *order]}, Context())
    assert access.standing(Caller(USER, SESSION)) == Standing(frozenset({"customer", "seller"}))


def test_an_ended_session_stays_ended(access):
    ended = message("UserLoggedOut", 2, user_id=USER, session_id=SESSION, expires_at="2026-06-04T12:00:00Z")
    consumers.handler({"Records": [ended, ended]}, Context())
    assert access.standing(Caller(USER, SESSION)).session_ended
    assert not access.standing(Caller(USER, "another")).session_ended


def told(kind: str, sequence: int, **data):
    return message(kind, sequence, source="metco.stores", store_id="sto_1", **data)


JOINED = told("StaffJoined", 1, user_id=USER, permissions=["view_orders"], role="cashier")
RAISED = told("StaffChanged", 2, user_id=USER, permissions=["manage_staff"], role="manager")
LEFT = told("StaffLeft", 3, user_id=USER)
BACK = told("StaffJoined", 4, user_id=USER, permissions=["edit_products"], role="custom")


@pytest.mark.parametrize("order", list(itertools.permutations([JOINED, RAISED, LEFT])))
def test_in_any_order_and_twice_someone_who_left_a_store_has_left(access, order):
    consumers.handler({"Records": [*order, *order]}, Context())
    assert access.standing(Caller(USER, SESSION)) == Standing()


@pytest.mark.parametrize("order", list(itertools.permutations([RAISED, LEFT, BACK])))
def test_whoever_comes_back_has_what_they_came_back_with(access, order):
    consumers.handler({"Records": [*order, *order]}, Context())
    assert access.standing(Caller(USER, SESSION)).stores == {"sto_1": {"edit_products"}}


def test_one_store_says_nothing_about_another(access):
    other = message(
        "StaffJoined", 1, source="metco.stores", store_id="sto_2", user_id=USER, permissions=["edit_products"]
    )
    consumers.handler({"Records": [JOINED, other]}, Context())
    assert access.standing(Caller(USER, SESSION)).stores == {"sto_1": {"view_orders"}, "sto_2": {"edit_products"}}
    assert access.standing(Caller("usr_2", SESSION)).stores == {}


SUSPENDED, RESTORED, AGAIN = told("StoreSuspended", 4), told("StoreRestored", 5), told("StoreSuspended", 6)


@pytest.mark.parametrize("order", list(itertools.permutations([SUSPENDED, RESTORED, AGAIN])))
def test_in_any_order_and_twice_the_newest_word_on_a_store_holds(access, order):
    consumers.handler({"Records": [JOINED, *order, *order]}, Context())
    assert access.standing(Caller(USER, SESSION)).suspended == {"sto_1"}


def test_a_restored_store_is_as_it_was(access):
    consumers.handler({"Records": [RESTORED, SUSPENDED, JOINED]}, Context())
    assert access.standing(Caller(USER, SESSION)) == Standing(stores={"sto_1": frozenset({"view_orders"})})


CLOSED = told("StoreClosed", 9)


@pytest.mark.parametrize("order", list(itertools.permutations([SUSPENDED, RESTORED, CLOSED])))
def test_in_any_order_and_twice_a_closed_store_stays_closed_to_those_who_worked_there(access, order):
    consumers.handler({"Records": [JOINED, *order, *order]}, Context())
    admitted = rules.admit(Caller(USER, SESSION), access.standing(Caller(USER, SESSION)))
    assert isinstance(admitted, Principal)
    assert admitted.stores == {}
