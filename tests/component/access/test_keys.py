import hashlib
import itertools
import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.access import authorizer, consumers
from functions.access.store import Store
from functions.access.store.keys import Keys
from kernel import clock, passes, settings
from kernel.authz import Principal
from tests.builders.http import Context

SECRET = "mk_" + "a" * 43
HASH = hashlib.sha256(SECRET.encode()).hexdigest()
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def access(world, monkeypatch):
    monkeypatch.setenv("TABLE", "access")
    monkeypatch.setenv("DOMAIN", "access")
    for module in (authorizer, consumers):
        monkeypatch.setattr(module, "store", Store)
        monkeypatch.setattr(module, "keys", Keys)
    with clock.frozen(NOW):
        yield world


def message(kind: str, sequence: int, **data):
    metadata = {
        "id": f"evt_{sequence}",
        "type": kind,
        "version": 1,
        "occurred_at": "2026-05-04T12:00:00Z",
        "aggregate": "key_1",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": "metco.identity", "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    return {"messageId": f"{kind}-{sequence}", "body": json.dumps(body)}


OWN = {"user_id": "usr_00000000000000000000000001", "key_id": "key_00000000000000000000000001", "key_hash": HASH}
MADE = message("ApiKeyCreated", 1, **OWN, scopes=["profile:read"], expires_at="2026-06-04T12:00:00.000Z")
REVOKED = message("ApiKeyRevoked", 2, **OWN)


def deliver(*messages):
    assert consumers.handler({"Records": list(messages)}, Context()) == {"batchItemFailures": []}


def ask(token: str = SECRET):
    return authorizer.handler({"headers": {"authorization": f"Bearer {token}"}}, Context())["context"]


def test_a_key_brings_its_owner_within_its_scopes_and_never_an_operator(access):
    deliver(MADE)
    Store().roles_are(OWN["user_id"], ["admin", "customer", "seller"], sequence=3)
    Store().may_in_store(OWN["user_id"], "str_1", ["edit_store"], sequence=1)
    principal = Principal.from_context(ask()["principal"])
    stores = {"str_1": frozenset({"edit_store"})}
    assert principal == Principal(
        OWN["user_id"], "", frozenset({"customer", "seller"}), stores, scopes=frozenset({"profile:read"})
    )


@pytest.mark.parametrize("order", list(itertools.permutations([MADE, MADE, REVOKED])))
def test_a_revoked_key_is_refused_whatever_the_order_of_the_news(access, order):
    deliver(*order)
    assert "revoked" in ask()["refused"]


def test_an_unknown_an_expired_and_an_erased_persons_key_are_refused(access):
    assert "no such API key" in ask("mk_unknown")["refused"]
    deliver(MADE)
    with clock.frozen(NOW + timedelta(days=40)):
        assert "expired" in ask()["refused"]
    Store().erased(OWN["user_id"])
    assert "erased" in ask()["refused"]


def test_the_first_use_of_each_day_is_told_once(access, monkeypatch):
    """Four calls at once: each has read the key before the first of them has written."""
    deliver(MADE)
    seen = Keys().key(HASH)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Keys, "key", lambda self, key_hash: seen)
        for _ in range(4):
            ask()
    with clock.frozen(NOW + timedelta(days=1)):
        ask()
        ask()
    told = [row["data"]["used_on"] for row in access.envelopes("access") if row["metadata"]["type"] == "ApiKeyUsed"]
    assert told == ["2026-05-04", "2026-05-05"]


def test_no_key_is_ever_logged(access, capsys):
    deliver(MADE)
    ask()
    ask("mk_" + "b" * 43)
    out = capsys.readouterr().out
    assert SECRET not in out
    assert "b" * 43 not in out


GUEST = "gst_00000000000000000000000001"


def a_pass(**life):
    key = settings.key("guest", secret="GUESTS_SECRET_ID")
    return "mg_" + passes.give(GUEST, NOW + timedelta(**(life or {"days": 30})), key)


def test_a_guest_is_admitted_as_nothing_but_a_guest(access):
    assert Principal.from_context(ask(a_pass())["principal"]) == Principal(GUEST, "", frozenset({"guest"}))


def test_a_guests_token_that_is_late_or_made_up_is_refused(access):
    for wrong in (a_pass(days=-1), a_pass()[:-1], "mg_", "mg_x.1.y"):
        assert "not valid" in ask(wrong)["refused"]


def test_a_guest_who_has_signed_in_is_told_to_do_so(access):
    deliver(message("GuestAbsorbed", 1, guest_id=GUEST, user_id=OWN["user_id"]))
    assert "has an account now" in ask(a_pass())["refused"]
