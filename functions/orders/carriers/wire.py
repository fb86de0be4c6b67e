"""Calls to carriers: JSON over HTTPS, with a deadline, a breaker each, and no blind repeats."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from functions.orders.model.carriers import CarrierRefused
from kernel import log, settings
from kernel.errors import Unavailable
from kernel.money import CURRENCIES, Money
from kernel.outside import Breaker

CONNECT_S, READ_S = 2.0, 8.0
MAX_BYTES = 4_000_000  # a label is among it
KEYS_FRESH_FOR = timedelta(minutes=5)  # whoever rotates one keeps both for so long
TOLD = 200  # characters of what a carrier says to a seller

Body = dict[str, Any]
_breakers: dict[str, Breaker] = {}
_connections: Any = None


class CarrierMisconfigured(Unavailable):
    """Metco's account with this carrier is not set up rightly. Whoever runs this Metco has been told."""


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def place(carrier: str) -> Body | None:
    """Where this carrier is, if Metco has an account there: the setting `carriers`."""
    found: Body | None = settings.setting("carriers", {}).get(carrier)
    return found


def url(carrier: str) -> str:
    return str((place(carrier) or {})["url"]).rstrip("/")


class Keys(dict[str, Any]):
    """What is not among them, an operator has forgotten."""

    def __missing__(self, name: str) -> Any:
        log.warning("carrier misconfigured", missing=name)
        raise CarrierMisconfigured()


def key(carrier: str) -> Keys:
    """By which the carrier knows Metco, and Metco the carrier."""
    return Keys(json.loads(settings.secret("CARRIERS_SECRET_ID", fresh_for=KEYS_FRESH_FOR)).get(carrier, {}))


def ask(carrier: str, request: Request, *, knows_us: bool = True) -> tuple[int, Body]:
    """No answer, or one of a server in trouble, is Unavailable: whether it did something is not known."""
    status, text = raw(carrier, request)
    if knows_us and status in (401, 403):
        log.warning("carrier misconfigured", outside=carrier, status=status)
        raise CarrierMisconfigured()
    return status, _document(text)


def raw(carrier: str, request: Request) -> tuple[int, bytes]:
    with _breakers.setdefault(carrier, Breaker(carrier)).guard():
        status, text = fetch(request)
        if status >= 500:
            raise OSError(f"{carrier} answers {status}")
    if status == 429:
        raise Unavailable(f"{carrier} has too much to do. Try again.")
    return status, text


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
            headers=dict(request.headers),
            redirect=False,
            preload_content=False,
        )
        text = answer.read(MAX_BYTES)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise OSError("the carrier cannot be reached") from error
    return answer.status, text


def refused(carrier: str, said: object) -> CarrierRefused:
    """A carrier's no, in its own words: they are for the seller, who knows the address, and for no log."""
    log.info("carrier refused", outside=carrier)
    words = " ".join(str(said or "").split())[:TOLD]
    return CarrierRefused(f"{carrier} does not take this parcel: {words}" if words else "")


def price(amount: Any, currency: Any) -> Money | None:
    """None, where it is in nothing that Metco knows."""
    known = CURRENCIES.get(str(currency))
    try:
        exact = Decimal(str(amount))
    except InvalidOperation:
        return None
    if not known or not exact.is_finite() or exact < 0:
        return None
    return Money(int((exact * 10**known.exponent).quantize(Decimal(1), ROUND_HALF_UP)), known.code)


def decimal(amount: Money) -> float:
    """As carriers' JSON wants it: a number. It is a declared value, and never reckoned with."""
    return float(Decimal(amount.minor) / 10 ** CURRENCIES[amount.currency].exponent)


def forget() -> None:
    """What was learned of who answers. For tests."""
    _breakers.clear()


def _document(text: bytes) -> Body:
    try:
        document = json.loads(text or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}
