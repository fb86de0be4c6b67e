"""Sends requests, reads answers, and asks again where asking again is safe."""

from __future__ import annotations

import dataclasses
import random
import time
import types
import typing
import uuid
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote

import httpx

Answer = TypeVar("Answer")
_GATEWAY_TROUBLE = frozenset({502, 503, 504})


@dataclasses.dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong part of the request: where it is, a JSON pointer to it, and what is wrong with it."""

    where: str
    pointer: str
    detail: str


class Problem(Exception):
    """Metco refused. Decide by `code`, show `detail`, ask with `trace_id`."""

    def __init__(self, answer: httpx.Response) -> None:
        told: dict[str, Any] = {}
        if answer.headers.get("content-type", "").split(";")[0].endswith("json"):
            told = answer.json()
        self.status = answer.status_code
        self.code: str = told.get("code", "unknown")
        self.detail: str = told.get("detail") or told.get("message") or answer.reason_phrase
        self.trace_id: str = told.get("trace_id") or answer.headers.get("x-correlation-id", "")
        self.errors = [FieldError(one["in"], one["pointer"], one["detail"]) for one in told.get("errors", [])]
        wait = answer.headers.get("retry-after", "")
        self.retry_after_s = int(wait) if wait.isdigit() else None
        super().__init__(f"{self.status} {self.code}: {self.detail}")


class Transport:
    """`token` is the access token of a session; set it when you have one."""

    def __init__(
        self, url: str, *, token: str = "", timeout_s: float = 30, attempts: int = 3, http: httpx.Client | None = None
    ) -> None:
        self.token = token
        self.attempts = attempts
        self._http = http or httpx.Client(base_url=url, timeout=timeout_s)

    def __enter__(self) -> typing.Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def key(self, given: str | None) -> str:
        """One per call, so that a call whose answer was lost is repeated and not done twice."""
        return given or str(uuid.uuid4())

    def ask(self, method: str, path: str, kind: type[Answer], **options: Any) -> Answer:
        answer: Answer = _read(kind, self._send(method, path, **options).json())
        return answer

    def tell(self, method: str, path: str, **options: Any) -> None:
        self._send(method, path, **options)

    def _send(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
        if_match: int | None = None,
    ) -> httpx.Response:
        headers = {
            "Authorization": f"Bearer {self.token}" if self.token else None,
            "Idempotency-Key": key,
            "If-Match": None if if_match is None else f'"{if_match}"',
        }
        request = self._http.build_request(
            method,
            path,
            json=None if body is None else _plain(body),
            params=_plain(query or {}),
            headers=_plain(headers),
        )
        repeatable = method == "GET" or key is not None
        for attempt in range(self.attempts if repeatable else 1):
            last = attempt == (self.attempts if repeatable else 1) - 1
            try:
                answer = self._http.send(request)
            except httpx.TransportError:
                if last:
                    raise
            else:
                if answer.is_success:
                    return answer
                if last or answer.status_code not in _GATEWAY_TROUBLE:
                    raise Problem(answer)
            time.sleep(random.uniform(0, 0.2 * 2**attempt))
        raise ValueError("attempts must be at least 1.")


def segment(value: str) -> str:
    return quote(value, safe="")


def _plain(value: Any) -> Any:
    """As JSON: without what is None, moments as text."""
    if dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value


def _read(kind: Any, value: Any) -> Any:
    """Into the type an answer is declared with. Fields of a later Metco are passed over."""
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hint, value[name]) for name, hint in hints.items() if name in value})
    if kind is datetime:
        return datetime.fromisoformat(value)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is list:
        return [_read(arguments[0], one) for one in value]
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(next(one for one in arguments if one is not type(None)), value)
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)
