"""Quotes over HTTP, for tests: a store that sends, a basket that can be bought, and what was signed."""

import base64
import hashlib
import hmac
import json
from typing import Any

from kernel import aws, settings
from kernel.authz import Principal
from tests.builders import shopping as a
from tests.builders.http import Answered

OTHER = a.an_id("sto", 1)
THERE = {"country": "DE", "postal_code": "10117"}


def a_rate(name: str = "Parcel", minor: int = 4_90, **said: Any) -> dict[str, Any]:
    return {"name": name, "price": a.money(minor), "min_days": 1, "max_days": 5, **said}


def a_zone(*rates: dict[str, Any], countries: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"name": "Zone", "countries": list(countries), "rates": list(rates or [a_rate()])}


def sends(*zones: dict[str, Any], store_id: str = a.STORE, country: str = "DE", sequence: int = 2) -> None:
    """The store tells where it sends to: everywhere, unless a zone says otherwise."""
    profile = {"name": "Analog Cameras", "slug": "analog-cameras", "standing": "open"}
    said = {"store_id": store_id, "country": country, "currency": "EUR", "profile": profile}
    a.hear("StoreChanged", "metco.stores", sequence, **said, zones=list(zones or [a_zone()]))


def quote(who: str = a.BUYER, headers: dict[str, str] | None = None, **said: Any) -> Answered:
    return a.by(who)("POST", "/v1/basket/quote", {"ship_to": THERE} | said, headers=headers or {})


def quoted(who: str = a.BUYER, **said: Any) -> dict[str, Any]:
    answer = quote(who, **said)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def signed(token: str) -> dict[str, Any]:
    said = token.partition(".")[0]
    return dict(json.loads(base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))))


def proven(token: str, key: bytes) -> bool:
    """As whoever believes it has to check."""
    said, _, proof = token.partition(".")
    right = base64.urlsafe_b64encode(hmac.digest(key, said.encode(), hashlib.sha256)).decode().rstrip("=")
    return hmac.compare_digest(right, proof)


def taxed(said: dict[str, Any]) -> None:
    """As an operator would set it."""
    value = json.dumps({"taxes": said})
    aws.client("ssm").put_parameter(Name=settings.env("SETTINGS_PATH"), Value=value, Type="String", Overwrite=True)
    settings.forget()


def ready_for(operation: str, who: Principal) -> None:
    if operation == "quote_basket":
        sends()
        a.has(9, who=who.id, variant=a.PLENTY)
