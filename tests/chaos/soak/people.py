"""Who asks: with one key until there is a definite answer, as long as a person would; and what they saw of it."""

import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from local.seed import PASSWORD, Account

PATIENCE_S = 600.0
WITHIN_S = 35.0  # the gateway waits for thirty
PAUSE_S, MOST_S = 0.3, 2.0
FRESH_S = 300.0  # of a session, before another one is begun
NOT_YET = (401, 403, 404, 409, 429)  # whoever looks at tokens may have died as well, and news are on their way

Json = dict[str, Any]
Token = Callable[[httpx.Client], str]


def pauses() -> Iterator[None]:
    """As long as somebody is patient, at first quick, then more calmly."""
    until, pause_s = time.perf_counter() + PATIENCE_S, PAUSE_S
    while time.perf_counter() < until:
        yield
        time.sleep(pause_s)
        pause_s = min(MOST_S, pause_s * 1.3)


class NotDone(Exception):
    """Somebody was patient, and it never came to an end."""


class CalledOff(Exception):
    """Metco could not carry out an order and says so: its buyer pays nothing, and may order again."""


@dataclass
class Known:
    """What the people saw: seconds by what they waited for, orders, and what went wrong for good."""

    took: dict[str, list[float]] = field(default_factory=dict)
    orders: list[str] = field(default_factory=list)
    stories: Counter[str] = field(default_factory=Counter)
    called_off: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def timed(self, what: str) -> Any:
        """If it comes to an end."""
        since = time.perf_counter()
        yield
        with self.lock:
            self.took.setdefault(what, []).append(time.perf_counter() - since)

    def ordered(self, order_id: str) -> None:
        with self.lock:
            self.orders.append(order_id)


class Client:
    def __init__(self, url: str, token: Token) -> None:
        self.url, self.http, self._token = url, httpx.Client(base_url=url, timeout=WITHIN_S), token
        self._since = 0.0

    def ask(self, method: str, path: str, *, may: Collection[str] = (), **options: Any) -> Any:
        """What is answered; None for a refusal that this person would expect: `may` are the codes of such."""
        key, said = uuid.uuid4().hex, "nothing"
        for _ in pauses():
            try:
                answer = self.http.request(method, path, headers=self._headers(key), **options)
            except (httpx.TransportError, _NoToken) as broken:
                said = repr(broken)
            else:
                said = f"{answer.status_code} {answer.text[:300]}"
                if answer.status_code < 300:
                    return answer.json() if answer.content else {}
                if _code(answer) in may:
                    return None
                if answer.status_code in (401, 403):
                    self._since = 0.0
                if answer.status_code < 500 and answer.status_code not in NOT_YET:
                    break
        raise NotDone(f"{method} {path}: {said}")

    def form(self, path: str, **fields: str) -> httpx.Response | None:
        """As a page's form is sent. None: there was no answer."""
        try:
            return self.http.post(path, data=fields)
        except httpx.TransportError:
            return None

    def _headers(self, key: str) -> dict[str, str]:
        if not self._since or time.perf_counter() - self._since > FRESH_S:
            self.http.headers["Authorization"] = f"Bearer {self._token(self.http)}"
            self._since = time.perf_counter()
        return {"Idempotency-Key": key}


class _NoToken(Exception):
    """Whoever gives them has just died."""


def _code(answer: httpx.Response) -> str:
    is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
    return str(answer.json().get("code", "")) if is_problem else ""


def a_guest(url: str) -> Client:
    """The same one for ever: an order is theirs alone."""
    kept: Json = {}

    def token(http: httpx.Client) -> str:
        if not kept:
            kept.update(_made(http.post("/v1/guests")))
        return str(kept["access_token"])

    return Client(url, token)


def signed_in(url: str, account: Account) -> Client:
    said = {"email": account.email, "password": PASSWORD}
    return Client(url, lambda http: str(_made(http.post("/v1/sessions", json=said))["access_token"]))


def _made(answer: httpx.Response) -> Json:
    if answer.status_code != 201:
        raise _NoToken(f"{answer.status_code} {answer.text[:100]}")
    return dict(answer.json())
