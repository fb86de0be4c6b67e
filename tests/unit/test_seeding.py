"""Seeding a laptop: it goes on wherever it was stopped, and is patient with a machine that is busy."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
import urllib3

from local import ask as asking
from local import patience, seed
from local.cloud import Cloud
from local.demo import shop
from local.home import Problem
from local.seed import ACCOUNTS, ADMIN, SELLER

URL = "http://metco.test"


class Stopped(BaseException):
    """Ctrl-C."""


@dataclass
class Api:
    """Accounts, codes and roles, as far as seeding asks for them; `faults` are answered first, one each."""

    accounts: dict[str, list[str]] = field(default_factory=dict)
    mails: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)
    stop_at: int = 0

    def __call__(self, method: str, url: str, body: Any = None, *, token: str = "", key: str = "", **_: Any) -> Any:
        self.asked.append((method, url.removeprefix(f"{URL}/v1")))
        self.keys.append(key)
        if len(self.asked) == self.stop_at:
            raise Stopped
        if self.faults:
            fault = self.faults.pop(0)
            if isinstance(fault, Exception):
                raise fault
            return fault, "busy"
        return self.answer(method, url.removeprefix(f"{URL}/v1"), body or {}, token)

    def answer(self, method: str, path: str, body: dict[str, Any], token: str) -> tuple[int, Any]:
        match method, path.split("/")[1:]:
            case "POST", ["sessions"]:
                known = body["email"] in self.accounts
                return (201, {"access_token": body["email"]}) if known else (401, {})
            case "POST", ["sign-ups"]:
                self.mails.insert(0, {"to": body["email"], "code": f"{len(self.mails):06}"})
                return 202, {"id": body["email"]}
            case "POST", ["sign-ups", email, "verify"]:
                newest = next(one["code"] for one in self.mails if one["to"] == email)
                if body["code"] != newest:
                    return 422, {"code": "code_wrong"}
                self.accounts[email] = ["customer", *(["admin"] if email == ADMIN.email else [])]
                return 201, {"user_id": email}
            case "GET", ["me"]:
                return 200, {"user_id": token, "roles": self.accounts[token]}
            case "PUT", ["users", email, "roles"]:
                if "admin" not in self.accounts.get(token, []):
                    return 403, {}
                self.accounts[email] = body["roles"]
                return 200, {}
        raise AssertionError(path)


class NoCloud:
    """Where parameters are kept."""

    function_log = "functions.log"

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def parameter(self, name: str) -> str | None:
        return self.kept.get(name)

    def client(self, _: str) -> "NoCloud":
        return self

    def put_parameter(self, *, Name: str, Value: str, **_: Any) -> None:  # noqa: N803  # AWS's own spelling
        self.kept[Name] = Value


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Api:
    made, passed = Api(), [0.0]
    for module in (patience, shop, seed):
        monkeypatch.setattr(module.time, "monotonic", lambda: passed[0])
        monkeypatch.setattr(module.time, "sleep", lambda s: passed.__setitem__(0, passed[0] + s))
    monkeypatch.setattr(patience, "ask", made)
    monkeypatch.setattr(seed, "messages", lambda _, to: [one for one in made.mails if one["to"] == to])
    for name in ("set_terms", "open_stores", "fill_stores", "plant_categories"):
        monkeypatch.setattr(seed, name, lambda *_: None)
    return made


def seeded(cloud: NoCloud) -> None:
    seed.seed(cast(Cloud, cloud), URL, lambda _: None)


def complete(api: Api) -> bool:
    return all(sorted(api.accounts[one.email]) == sorted(one.roles) for one in ACCOUNTS)


def test_it_goes_on_wherever_it_was_stopped(api, monkeypatch):
    seeded(NoCloud())
    calls = len(api.asked)
    assert complete(api)
    for place in range(1, calls + 1):
        again, cloud = Api(stop_at=place), NoCloud()
        monkeypatch.setattr(patience, "ask", again)
        monkeypatch.setattr(seed, "messages", lambda _, to, mails=again.mails: [m for m in mails if m["to"] == to])
        with pytest.raises(Stopped):
            seeded(cloud)
        seeded(cloud)
        assert complete(again), place
        asked = len(again.asked)
        seeded(cloud)
        assert len(again.asked) == asked, "it is done"


def test_a_busy_machine_is_asked_again_with_the_same_key(api):
    api.accounts[SELLER.email] = ["customer"]
    api.faults = [502, urllib3.exceptions.ReadTimeoutError(cast(Any, None), URL, "late"), 429, 503]
    status, _ = patience.ask_patiently("POST", f"{URL}/v1/sessions", {"email": SELLER.email}, token="someone")
    assert (status, len(api.asked), len(set(api.keys)), api.keys[0][:5]) == (201, 5, 1, "seed-")


def test_a_refusal_is_an_answer(api):
    assert patience.ask_patiently("POST", f"{URL}/v1/sessions", {"email": "nobody@metco.example"}) == (401, {})
    assert api.keys == [""]


def test_after_a_minute_it_says_what_was_answered_last_and_what_to_do(api):
    api.faults = [502] * 1_000
    with pytest.raises(Problem) as told:
        seeded(NoCloud())
    assert "was asked for 60 s, and the last answer was 502: busy." in str(told.value)
    assert "goes on where it stopped" in str(told.value)
    assert 15 < len(api.asked) < 40


def test_words_of_something_before_the_api_are_words():
    assert asking._read(b"<html>Bad gateway</html>") == "<html>Bad gateway</html>"
    assert (asking._read(b'{"a": 1}'), asking._read(b"")) == ({"a": 1}, None)
