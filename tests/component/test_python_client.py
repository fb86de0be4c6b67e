"""The generated Python client against the real handlers: httpx hands each request to them in place of a network."""

import importlib
import sys
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from functions.identity import accounts
from kernel.authz import Principal
from tests.builders import identity
from tests.builders.http import Caller
from tools.contracts import ROOT, domains


@pytest.fixture(scope="module")
def client() -> Any:
    """The package as someone who installed it has it."""
    sys.path.insert(0, str(ROOT / "clients/python"))
    try:
        yield importlib.import_module("metco_client")
    finally:
        sys.path.remove(str(ROOT / "clients/python"))


class Gateway:
    """Routes to the domains' handlers, and takes a token of the emulator's Cognito at its word."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.lose_answers = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        caller = self.caller(request)
        body = request.content.decode() if request.content else None
        query = dict(request.url.params)
        answer = caller(request.method, request.url.path, body, headers=dict(request.headers), query=query)
        if self.lose_answers:
            self.lose_answers -= 1
            raise httpx.ReadTimeout("lost", request=request)
        headers = {name: str(value) for name, value in answer.headers.items()}
        return httpx.Response(answer.status, headers=headers, text=answer.text)

    def caller(self, request: httpx.Request) -> Caller:
        claims = accounts._claims(request.headers["authorization"][7:]) if "authorization" in request.headers else {}
        who = Principal(claims["username"], claims["origin_jti"], frozenset({"customer"})) if claims else None
        callers = [Caller(api, who) for domain in domains() for api in domain.apis]
        path = request.url.path
        return next((one for one in callers if one.route(request.method, path) != "$default"), callers[0])


@pytest.fixture
def gateway(world) -> Gateway:
    return Gateway()


@pytest.fixture
def metco(client, gateway):
    http = httpx.Client(base_url="http://metco.test", transport=httpx.MockTransport(gateway))
    with client.Metco("http://metco.test", http=http) as metco:
        yield metco


@pytest.fixture
def ada(metco):
    sent = metco.sign_up(email="ada@example.com")
    metco.verify_sign_up(sent.id, code=identity.code_of(sent.id), password=identity.PASSWORD, name="Ada")
    metco.token = metco.sign_in(email="ada@example.com", password=identity.PASSWORD).access_token
    return metco


def test_the_way_from_nothing_to_an_edited_profile_and_out(ada, client):
    me = ada.read_me()
    assert isinstance(me, client.Profile)
    assert (me.email, me.name, me.roles, me.version) == ("ada@example.com", "Ada", ["customer"], 2)
    assert me.created_at.tzinfo
    assert me.created_at <= datetime.now(UTC)
    assert ada.edit_me(name="Ada L.", if_match=me.version).version == 3
    listed = ada.list_sessions(limit=5)
    assert [session.current for session in listed.items] == [True]
    assert listed.cursor is None
    assert ada.end_session("current") is None


def test_a_refusal_is_an_exception_with_everything_a_caller_needs(ada, client):
    with pytest.raises(client.Problem, match="412 precondition_failed") as refused:
        ada.edit_me(name="B", if_match=99)
    assert (refused.value.status, refused.value.code) == (412, "precondition_failed")
    assert refused.value.trace_id.startswith("cor_")
    with pytest.raises(client.Problem) as refused:
        ada.edit_me(name="")
    assert refused.value.errors[0].pointer == "/name"


def test_what_is_none_is_not_sent(ada, gateway):
    ada.edit_me(name="Ada L.")
    assert gateway.requests[-1].content == b'{"name":"Ada L."}'


def test_a_lost_answer_is_asked_for_again_under_the_same_key(ada, gateway, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)
    gateway.requests.clear()
    gateway.lose_answers = 1
    assert ada.edit_me(name="Ada L.").version == 3
    keys = {request.headers["idempotency-key"] for request in gateway.requests}
    assert (len(gateway.requests), len(keys)) == (2, 1)
    assert ada.read_me().version == 3


def test_what_has_no_key_is_never_asked_twice(metco, gateway, monkeypatch):
    gateway.lose_answers = 1
    with pytest.raises(httpx.ReadTimeout):
        metco.sign_up(email="ada@example.com")
    assert len(gateway.requests) == 1


def test_fields_of_a_later_metco_are_passed_over(client, world):
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(202, json={"id": "cha_1", "expires_at": "2026-05-04T12:00:00Z", "new": {"a": 1}})

    http = httpx.Client(base_url="http://metco.test", transport=httpx.MockTransport(answer))
    assert client.Metco("", http=http).sign_up(email="a@example.com").expires_at.year == 2026


def test_even_an_answer_that_is_not_metcos_becomes_a_problem(client):
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, json={"message": "Unauthorized"})

    http = httpx.Client(base_url="http://metco.test", transport=httpx.MockTransport(answer))
    with pytest.raises(client.Problem) as refused:
        client.Metco("", http=http).read_me()
    assert (refused.value.status, refused.value.detail, refused.value.code) == (401, "Unauthorized", "unknown")
