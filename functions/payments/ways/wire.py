"""Calls to those who pay out beside Stripe: JSON over HTTPS, with a deadline, a breaker each, and no blind repeats."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from kernel import log, settings
from kernel.errors import Unavailable
from kernel.outside import Breaker

CONNECT_S, READ_S = 2.0, 6.0
MAX_BYTES = 200_000
KEYS_FRESH_FOR = timedelta(minutes=5)  # whoever rotates one keeps both for so long

Body = dict[str, Any]
_breakers: dict[str, Breaker] = {}
_connections: Any = None


class ProviderRefused(Exception):
    """An answer, and a no. `reason` is the provider's word for it, made one of ours."""

    def __init__(self, reason: str, said: Body) -> None:
        super().__init__(reason)
        self.reason, self.said = reason, said


class ProviderMisconfigured(Unavailable):
    """Payouts are not set up rightly. Whoever runs this Metco has been told; try again later."""


class NotYet(Exception):
    """Metco's own account there cannot pay it at the moment."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None


def place(way: str) -> Body | None:
    """Where this way's provider is, if Metco has one: the setting `payout_ways`."""
    found: Body | None = settings.setting("payout_ways", {}).get(way)
    return found


def key(way: str) -> Body:
    """By which that provider knows Metco."""
    found: Body = json.loads(settings.secret("PAYOUTS_SECRET_ID", fresh_for=KEYS_FRESH_FOR)).get(way, {})
    return found


def ask(way: str, request: Request) -> tuple[int, Body]:
    """No answer, or one of a server in trouble, is Unavailable: whether it did something is not known."""
    with _breakers.setdefault(way, Breaker(way)).guard():
        status, text = fetch(request)
        if status >= 500:
            raise OSError(f"{way} answers {status}")
    if status in (401, 403):
        log.warning("provider misconfigured", outside=way, status=status)
        raise ProviderMisconfigured()
    if status == 429:
        raise Unavailable(f"{way} has too much to do. Try again.")
    return status, _document(text)


def fetch(request: Request) -> tuple[int, bytes]:
    """No redirects, no retries, no more than an answer's worth of bytes."""
    import urllib3  # here, not on top: it comes with boto3, whose clients a function makes first

    global _connections
    _connections = _connections or urllib3.PoolManager(
        timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), retries=False
    )
    try:
        answer = _connections.request(
            request.method,
            request.url,
            body=request.body,
            headers=request.headers,
            redirect=False,
            preload_content=False,
        )
        text = answer.read(MAX_BYTES)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise OSError("the provider cannot be reached") from error
    return answer.status, text


def reason_of(word: Any) -> str:
    """A provider's word as a code of ours: what sellers and finance read, and nothing else that was said."""
    letters = (letter if letter.isascii() and letter.isalnum() else "_" for letter in str(word or "refused").lower())
    return "".join(letters).strip("_")[:60] or "refused"


def forget() -> None:
    """What was learned of who answers. For tests."""
    _breakers.clear()


def _document(text: bytes) -> Body:
    try:
        document = json.loads(text or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
