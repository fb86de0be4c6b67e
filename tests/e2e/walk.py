"""The whole slice as one person walks it, over HTTP: each step says its name when it fails."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.stack import Stack

PASSWORD = "correct horse battery"
_numbers = itertools.count()
STARTED = time.time_ns()


class StepFailed(AssertionError):
    """A step of the walk was not answered as it should be."""


@dataclass(slots=True)
class Person:
    """Somebody with an address of their own, and what they hold after each step."""

    stack: Stack
    patience_s: float = 15.0
    email: str = field(default_factory=lambda: f"person-{STARTED}-{next(_numbers)}@example.com")
    user_id: str = ""
    session: dict[str, Any] = field(default_factory=dict)

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.session['access_token']}"}

    def ask(self, method: str, path: str, *, expect: int, **options: Any) -> httpx.Response:
        answer = httpx.request(method, f"{self.stack.url}{path}", timeout=30, **options)
        if answer.status_code != expect:
            raise StepFailed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def mine(self, method: str, path: str, *, expect: int = 200, **options: Any) -> httpx.Response:
        headers = {**self.authorization, **options.pop("headers", {})}
        return self.ask(method, path, expect=expect, headers=headers, **options)

    def code(self) -> str:
        try:
            return self.stack.code_for(self.email, self.patience_s)
        except TimeoutError as late:
            raise StepFailed(str(late)) from None

    def sign_up(self) -> None:
        begun = self.ask("POST", "/v1/sign-ups", expect=202, json={"email": self.email}).json()["id"]
        body = {"code": self.code(), "password": PASSWORD, "name": "Somebody"}
        self.user_id = self.ask("POST", f"/v1/sign-ups/{begun}/verify", expect=201, json=body).json()["user_id"]

    def sign_in(self) -> None:
        body = {"email": self.email, "password": PASSWORD}
        self.session = self.ask("POST", "/v1/sessions", expect=201, json=body).json()

    def refresh(self) -> None:
        body = {"refresh_token": self.session["refresh_token"]}
        self.session |= self.ask("POST", "/v1/sessions/refresh", expect=200, json=body).json()

    def sign_out(self) -> None:
        self.mine("DELETE", "/v1/sessions/current", expect=204)

    def wait_until_refused(self) -> float:
        """How long an ended session's token was still good for. Each try is spelled in its own way, past the cache."""
        started = time.monotonic()
        for scheme in spellings("bearer"):
            headers = {"Authorization": f"{scheme} {self.session['access_token']}"}
            answer = httpx.get(f"{self.stack.url}/v1/me", headers=headers, timeout=30)
            if answer.status_code == 401:
                return time.monotonic() - started
            if time.monotonic() - started > self.patience_s:
                break
            time.sleep(0.2)
        raise StepFailed("the token of an ended session is still good")


def walk(person: Person) -> None:
    """Sign up, prove the address, sign in, read and edit the profile, list sessions, sign out, be refused."""
    person.sign_up()
    person.sign_in()
    person.refresh()
    assert person.mine("GET", "/v1/me").json()["email"] == person.email
    edited = person.mine("PATCH", "/v1/me", json={"name": "Edited"}, headers={"Idempotency-Key": "walk-0001"})
    assert edited.json()["name"] == "Edited"
    listed = person.mine("GET", "/v1/sessions").json()["items"]
    assert [item["current"] for item in listed] == [True]
    person.sign_out()
    person.wait_until_refused()


def spellings(word: str) -> Iterator[str]:
    for capitals in itertools.product((str.lower, str.upper), repeat=len(word)):
        yield "".join(change(letter) for change, letter in zip(capitals, word, strict=True))
