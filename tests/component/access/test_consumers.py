import itertools
import json

import pytest

from functions.access import consumers
from functions.access.model import Caller, Standing
from functions.access.store import Store
from tests.builders.http import Context

USER, SESSION = "usr_1", "session-1"


@pytest.fixture
def access(world, monkeypatch):
    monkeypatch.setenv("TABLE", "access")
    monkeypatch.setattr(consumers, "store", Store)
    return Store()


def message(kind: str, sequence: int, **data):
    metadata = {
        "id": f"evt_{sequence}",
        "type": kind,
        "version": 1,
        "occurred_at": "2026-05-04T12:00:00Z",
        "aggregate": USER,
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": "metco.identity", "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
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
