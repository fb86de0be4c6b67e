"""Signed calls to OpenSearch with deadlines and retries, by what every function has anyway: botocore and urllib3.

OpenSearch's own client would be 28 MB, and 180 ms of every cold start, for four verbs and a signature.
"""

import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import get_session

from kernel.settings import env

CONNECT_WITHIN_S = 1.0
PAUSE_S = 0.1  # before the second try; doubled for each further one, and shortened by chance
TRIES = 3
PASSING = {
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
SERVERLESS = ".aoss."  # part of every collection's host name


class Unreachable(Exception):
    """No answer within the deadline, or none that is one. Everything that is asked may be asked again."""


class Refused(Exception):
    """An answer that says no. It would say so again: either the index is not there, or the request is a defect."""

    def __init__(self, status: int, told: Mapping[str, Any]) -> None:
        error = told.get("error")
        self.status = status
        self.kind = str(error.get("type", "")) if isinstance(error, Mapping) else ""
        super().__init__(f"OpenSearch answered {status}: {json.dumps(error)[:500]}")


@dataclass(frozen=True, slots=True)
class Asking:
    """One call. `lines`: what `_bulk` and `_msearch` want instead of one body."""

    method: str
    path: str
    query: Mapping[str, str] | None = None
    body: Mapping[str, Any] | None = None
    lines: Sequence[Mapping[str, Any]] | None = None

    @property
    def content(self) -> bytes | None:
        if self.lines is not None:
            return b"".join(_json(line) + b"\n" for line in self.lines)
        return None if self.body is None else _json(self.body)

    @property
    def content_type(self) -> str:
        return "application/json" if self.lines is None else "application/x-ndjson"


class Signed:
    """One endpoint. Connections are kept; a frozen and thawed function opens another when the old one is dead."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint.rstrip("/")
        self.serverless = SERVERLESS in (urlsplit(endpoint).hostname or "")
        self._service = "aoss" if self.serverless else "es"
        self._pool = urllib3.PoolManager(maxsize=4, retries=False)

    def ask(self, asking: Asking, within_s: float, *, absent: bool = False) -> dict[str, Any]:
        """`absent`: a 404 is an answer too, and an empty one."""
        deadline, told = monotonic() + within_s, ""
        for attempt in range(TRIES):
            left = deadline - monotonic()
            if left <= 0:
                break
            try:
                answer = self._send(asking, left)
            except urllib3.exceptions.HTTPError as error:
                told = str(error)
            else:
                if answer.status not in PASSING:
                    return _understood(answer, absent=absent)
                told = f"status {answer.status}"
            pause = PAUSE_S * 2**attempt * random.random()  # nosec B311 - to spread rivals, no secret
            sleep(max(0.0, min(pause, deadline - monotonic())))
        raise Unreachable(f"{asking.method} {asking.path}: {told}")

    def _send(self, asking: Asking, left_s: float) -> urllib3.BaseHTTPResponse:
        content = asking.content
        url = f"{self.endpoint}{asking.path}" + (f"?{urlencode(asking.query)}" if asking.query else "")
        request = AWSRequest(asking.method, url, data=content, headers={"Content-Type": asking.content_type})
        if self.serverless:
            request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(content or b"").hexdigest()
        SigV4Auth(_credentials().get_frozen_credentials(), self._service, env("AWS_REGION")).add_auth(request)
        return self._pool.request(
            asking.method,
            url,
            body=content,
            headers=dict(request.headers.items()),
            timeout=urllib3.Timeout(connect=min(CONNECT_WITHIN_S, left_s), total=left_s),
        )


@cache
def _credentials() -> Any:
    """The function's own, renewed by themselves where they expire."""
    found = get_session().get_credentials()
    if found is None:
        raise RuntimeError("There are no AWS credentials to sign with.")
    return found


def _understood(answer: urllib3.BaseHTTPResponse, *, absent: bool) -> dict[str, Any]:
    try:
        told = json.loads(answer.data) if answer.data else {}
    except ValueError:
        raise Unreachable(f"status {answer.status}, and no JSON: {answer.data[:100]!r}") from None
    if answer.status == HTTPStatus.NOT_FOUND and absent:
        return {}
    if answer.status >= HTTPStatus.BAD_REQUEST:
        raise Refused(answer.status, told if isinstance(told, dict) else {})
    return dict(told)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
