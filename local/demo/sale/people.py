"""Whoever takes part in the demo's sale: over HTTP alone, as a browser of theirs would ask."""

import json
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import urllib3

from local.ask import ask
from local.home import Problem
from local.seed import PASSWORD

WITHIN_S = 90  # the first call of each function starts it, and some machines are busy
PAUSE_S = 0.15
LATER = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


class Person:
    def __init__(self, url: str, email: str) -> None:
        self.url, self.email, self.user_id, self._token = url, email, "", ""

    def sign_up(self, name: str) -> "Person":
        """By the code in the mail, which the laptop's mailbox shows."""
        began = self.tried("POST", "/sign-ups", {"email": self.email}, signed=False)
        code = soon(self._code, f"a code for {self.email}")
        body = {"code": code, "password": PASSWORD, "name": name}
        self.user_id = str(self.tried("POST", f"/sign-ups/{began['id']}/verify", body, signed=False)["user_id"])
        return self

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """What is refused at first may be known everywhere a moment later: new roles, stores, offers."""
        return soon(lambda: self._asked(method, path, body), f"{self.email}: {method} /v1{path}")

    def tried(self, method: str, path: str, body: Any = None, *, signed: bool = True) -> Any:
        """Once, and it has to be right."""
        status, answer = self._answer(method, path, body, signed=signed)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Problem(f"{self.email}: {method} /v1{path} answered {status}: {answer}")
        return answer

    def _asked(self, method: str, path: str, body: Any) -> tuple[Any] | str:
        status, answer = self._answer(method, path, body)
        if status < HTTPStatus.BAD_REQUEST:
            return (answer,)
        if status not in LATER:
            raise Problem(f"{self.email}: {method} /v1{path} answered {status}: {answer}")
        if status != HTTPStatus.CONFLICT:
            self._token = ""  # whom the gateway knew without a role or a store, it takes for that person for a while
        return f"{status} {answer}"

    def _answer(self, method: str, path: str, body: Any, *, signed: bool = True) -> tuple[int, Any]:
        if signed and not self._token:
            said = {"email": self.email, "password": PASSWORD}
            self._token = self.tried("POST", "/sessions", said, signed=False)["access_token"]
        return ask(method, f"{self.url}/v1{path}", body, token=self._token if signed else "", within_s=WITHIN_S)

    def _code(self) -> Any:
        _, mails = ask("GET", f"{self.url}/_mailbox.json?to={self.email}", within_s=WITHIN_S)
        return next(((mail["code"],) for mail in mails if mail["code"]), None)


def soon(find: Callable[[], Any], what: str) -> Any:
    """`find` answers with a tuple of one, the thing; whatever else it answers is the reason to wait."""
    until, last = time.monotonic() + WITHIN_S, None
    while time.monotonic() < until:
        if isinstance(last := find(), tuple):
            return last[0]
        time.sleep(PAUSE_S)
    raise Problem(f"Not within {WITHIN_S} s: {what}. {last or ''}".rstrip())


def form(url: str, **fields: str) -> tuple[int, Any]:
    """As a page's form is sent; the answer, if it is JSON."""
    with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as http:
        answer = http.request("POST", url, fields=fields, encode_multipart=False, redirect=False)
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status, json.loads(answer.data) if is_json else None
