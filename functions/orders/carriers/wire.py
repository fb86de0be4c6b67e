"""Calls to carriers: JSON over HTTPS, with a deadline, a breaker each, and no blind repeats."""

import json
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from functions.orders.model.carriers import CarrierRefused
from kernel import log, outside, settings
from kernel.errors import Unavailable
from kernel.money import CURRENCIES, Money
from kernel.outside import Breakers, Request

READ_S = 8.0
MAX_BYTES = 4_000_000  # a label is among it
KEYS_FRESH_FOR = timedelta(minutes=5)  # whoever rotates one keeps both for so long
TOLD = 200  # characters of what a carrier says to a seller

Body = dict[str, Any]
_breakers = Breakers()


class CarrierMisconfigured(Unavailable):
    """Metco's account with this carrier is not set up rightly. Whoever runs this Metco has been told."""


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
    status, text = raw(carrier, request)
    if knows_us and status in (401, 403):
        log.warning("carrier misconfigured", outside=carrier, status=status)
        raise CarrierMisconfigured()
    return status, outside.document(text)


def raw(carrier: str, request: Request) -> tuple[int, bytes]:
    return _breakers.ask(carrier, lambda: fetch(request))


def fetch(request: Request) -> tuple[int, bytes]:
    return outside.fetch(request, read_s=READ_S, max_bytes=MAX_BYTES)


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
