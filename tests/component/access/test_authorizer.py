"""Tokens are signed here with a key of the test's own: the emulator has no endpoint for its keys."""

import base64
import io
import json
import time
import urllib.request
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from functions.access import authorizer
from functions.access.store import Store
from kernel import clock
from kernel.authz import Principal
from kernel.table import Table
from tests.builders.cloud import REGION
from tests.builders.http import Context

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGE_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def access(world, monkeypatch):
    monkeypatch.setenv("TABLE", "access")
    monkeypatch.setattr(authorizer, "store", Store)
    keys = SimpleNamespace(get_signing_key_from_jwt=lambda token: SimpleNamespace(key=KEY.public_key()))
    monkeypatch.setattr(authorizer, "_keys", lambda pool: keys)
    return world


def claims(world, **changes):
    pool = world.environment["USER_POOL_ID"]
    now = int(time.time())
    good = {
        "iss": f"https://cognito-idp.{REGION}.amazonaws.com/{pool}",
        "client_id": world.environment["USER_POOL_CLIENT_ID"],
        "token_use": "access",
        "username": "usr_1",
        "origin_jti": "session-1",
        "iat": now,
        "exp": now + 60,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def ask(token: str, scheme: str = "Bearer"):
    event = {"headers": {"authorization": f"{scheme} {token}"}}
    return authorizer.handler(event, Context())["context"]


def signed(payload, key=KEY):
    return jwt.encode(payload, key, algorithm="RS256", headers={"kid": "k"})


def test_a_good_token_brings_a_small_principal(access):
    context = ask(signed(claims(access)))
    assert Principal.from_context(context["principal"]) == Principal("usr_1", "session-1", frozenset({"customer"}))


def test_the_roles_are_those_of_the_read_model_not_of_the_token(access):
    Store().roles_are("usr_1", ["customer", "finance"], sequence=3)
    context = ask(signed(claims(access, roles=["admin"]) | {"cognito:groups": ["admin"]}))
    assert Principal.from_context(context["principal"]).roles == {"customer", "finance"}


def test_the_permissions_in_stores_are_those_of_the_read_model(access):
    Store().may_in_store("usr_1", "sto_1", ["view_orders"], sequence=1)
    Store().may_in_store("usr_1", "sto_2", ["withdraw_funds"], sequence=1)
    Store().store_is("sto_2", suspended=True, sequence=7)
    context = ask(signed(claims(access)))
    assert Principal.from_context(context["principal"]).stores == {"sto_1": {"view_orders"}}


def test_nobody_is_locked_out_by_working_in_many_stores(access):
    for number in range(101):
        Store().may_in_store("usr_1", f"sto_{number}", ["view_orders"], sequence=1)
    Store().store_is("sto_100", suspended=True, sequence=1)
    context = ask(signed(claims(access)))
    assert len(Principal.from_context(context["principal"]).stores) == 100


def test_only_staff_cost_a_second_look(access, monkeypatch):
    looks, look = [], Table.get_many

    def counted(table, keys):
        looks.append(keys)
        return look(table, keys)

    monkeypatch.setattr(Table, "get_many", counted)
    ask(signed(claims(access)))
    assert len(looks) == 1
    Store().may_in_store("usr_1", "sto_1", ["view_orders"], sequence=1)
    ask(signed(claims(access)))
    assert len(looks) == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": 1_700_000_000},
        {"iss": "https://cognito-idp.eu-central-1.amazonaws.com/another_pool"},
        {"client_id": "another-client"},
        {"client_id": None},
        {"token_use": "id"},
        {"username": None},
        {"origin_jti": None},
        {"exp": None},
    ],
    ids=lambda changes: "-".join(f"{name}={value}" for name, value in changes.items())[:40],
)
def test_a_token_that_is_not_for_us_or_not_now_is_refused(access, changes):
    assert set(ask(signed(claims(access, **changes)))) == {"refused"}


def test_a_token_signed_by_someone_else_is_refused(access):
    assert set(ask(signed(claims(access), STRANGE_KEY))) == {"refused"}


def test_an_unsigned_token_is_refused(access):
    assert set(ask(jwt.encode(claims(access), "", algorithm="none", headers={"kid": "k"}))) == {"refused"}


def test_a_token_signed_with_the_public_key_as_a_password_is_refused(access):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    forged = f"{part({'alg': 'HS256', 'kid': 'k'})}.{part(claims(access))}.c2lnbmF0dXJl"
    assert set(ask(forged)) == {"refused"}


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "x" * 9000, "🙂"])
def test_what_is_no_token_at_all_is_refused(access, token):
    assert set(ask(token)) == {"refused"}


def test_another_scheme_is_refused(access):
    assert set(ask(signed(claims(access)), scheme="Basic")) == {"refused"}


def test_a_token_of_an_ended_session_is_refused(access):
    Store().session_ended("session-1", clock.now())
    assert "ended" in ask(signed(claims(access)))["refused"]


def test_no_token_is_ever_logged(access, capsys):
    token = signed(claims(access))
    ask(token)
    ask(token[:-4] + "AAAA")
    out = capsys.readouterr().out
    assert token.rsplit(".", 1)[0] not in out


def test_made_up_key_ids_do_not_make_us_ask_for_the_keys_each_time(world, monkeypatch):
    asked = []

    def opened(request, timeout):
        asked.append(request.full_url)
        return io.BytesIO(json.dumps({"keys": [jwk]}).encode())

    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key())) | {"kid": "k", "use": "sig", "alg": "RS256"}
    monkeypatch.setattr(urllib.request, "build_opener", lambda *_: SimpleNamespace(open=opened))
    keys = authorizer._keys("the-pool")
    for number in range(20):
        with pytest.raises(jwt.PyJWKClientError):
            keys.get_signing_key(f"made-up-{number}")
    assert keys.get_signing_key("k").key_id == "k"
    assert len(asked) == 1
