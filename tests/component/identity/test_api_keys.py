import json

import pytest

from functions.identity import api, consumers
from functions.identity.rules import api_keys as rules
from kernel.authz import Principal
from tests.builders import identity as an
from tests.builders.http import Caller, Context
from tests.builders.identity import as_user

ASKED = {"name": "Stock keeping", "scopes": ["profile:read", "addresses:read"]}


def used(user, key_id, day):
    metadata = {
        "id": "evt_1",
        "type": "ApiKeyUsed",
        "version": 1,
        "occurred_at": "2026-05-04T12:00:00Z",
        "aggregate": key_id,
        "sequence": 1,
        "correlation_id": "cor_1",
    }
    data = {"user_id": user, "key_id": key_id, "used_on": day}
    body = {
        "source": "metco.access",
        "detail-type": "ApiKeyUsed.v1",
        "detail": {"metadata": metadata, "data": data},
    }
    return consumers.handler({"Records": [{"messageId": "m", "body": json.dumps(body)}]}, Context())


def told(world, kind):
    return [row["data"] for row in world.envelopes() if row["metadata"]["type"] == kind]


def test_a_key_is_shown_once_and_stored_nowhere(world, capsys):
    user = an.an_account()
    me = as_user(user)
    made = me("POST", "/v1/me/api-keys", ASKED, headers={"Idempotency-Key": "api-key-1"})
    secret = made.json["api_key"]
    assert made.status == 201
    [listed] = me("GET", "/v1/me/api-keys").json["items"]
    assert listed == {name: value for name, value in made.json.items() if name != "api_key"}
    assert secret not in str(world.items()) + capsys.readouterr().out
    [event] = told(world, "ApiKeyCreated")
    assert event == {
        "user_id": user,
        "key_id": made.json["id"],
        "key_hash": rules.hash_of(secret),
        "scopes": ["addresses:read", "profile:read"],
        "expires_at": event["expires_at"],
    }


def test_a_repeated_request_is_told_the_same_key_and_another_one_is_refused(world):
    me, key = as_user(an.an_account()), {"Idempotency-Key": "api-key-1"}
    first = me("POST", "/v1/me/api-keys", ASKED, headers=key)
    again = me("POST", "/v1/me/api-keys", ASKED, headers=key)
    assert again.json == first.json
    other = me("POST", "/v1/me/api-keys", {**ASKED, "name": "Else"}, headers=key)
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")
    eve = as_user(an.an_account("eve@example.com"))
    assert eve("POST", "/v1/me/api-keys", ASKED, headers=key).json["api_key"] != first.json["api_key"]
    assert len(me("GET", "/v1/me/api-keys").json["items"]) == len(told(world, "ApiKeyCreated")) - 1 == 1


def test_revoking_is_told_once_however_often_it_is_asked(world):
    me = as_user(an.an_account())
    key_id = me("POST", "/v1/me/api-keys", ASKED).json["id"]
    assert [me("DELETE", f"/v1/me/api-keys/{key_id}").status for _ in range(2)] == [204, 204]
    assert [event["key_id"] for event in told(world, "ApiKeyRevoked")] == [key_id]
    assert me("GET", "/v1/me/api-keys").json["items"][0]["revoked_at"]


def test_someone_elses_key_is_not_found_and_stays(world):
    key_id = as_user(an.an_account())("POST", "/v1/me/api-keys", ASKED).json["id"]
    before = world.items()
    assert as_user(an.OTHER)("DELETE", f"/v1/me/api-keys/{key_id}").status == 404
    assert world.items() == before


def test_the_day_of_the_last_use_is_shown(world):
    user = an.an_account()
    me = as_user(user)
    key_id = me("POST", "/v1/me/api-keys", ASKED).json["id"]
    for day in ("2026-05-04", "2026-05-06", "2026-05-05", "2026-05-06"):
        assert used(user, key_id, day) == {"batchItemFailures": []}
    assert me("GET", "/v1/me/api-keys").json["items"][0]["last_used_on"] == "2026-05-06"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/me", None, 200),
        ("GET", "/v1/me/addresses", None, 200),
        ("PATCH", "/v1/me", {"name": "Taken over"}, 403),
        ("POST", "/v1/me/addresses", an.an_address(), 403),
        ("POST", "/v1/me/password", {"current_password": an.PASSWORD, "new_password": "another good one"}, 403),
        ("GET", "/v1/me/api-keys", None, 403),
        ("POST", "/v1/me/api-keys", ASKED, 403),
        ("DELETE", "/v1/sessions", None, 403),
    ],
)
def test_a_key_does_what_its_scopes_say_and_a_denial_changes_nothing(world, method, path, body, status):
    scopes = frozenset({"profile:read", "addresses:read"})
    key = Caller(api.api, Principal(an.an_account(), "", frozenset({"customer"}), scopes=scopes))
    before = world.items()
    assert key(method, path, body).status == status
    if status == 403:
        assert world.items() == before


def test_a_scope_that_does_not_exist_is_told_and_changes_nothing(world):
    me = as_user(an.an_account())
    before = world.items()
    answer = me("POST", "/v1/me/api-keys", {"name": "x", "scopes": ["everything"]})
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, ["/scopes"])
    assert world.items() == before
