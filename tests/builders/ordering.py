"""Quotes and orders for tests of orders alone: say what matters to the test, the rest is filled in."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.orders.model.checkouts import Checkout
from functions.orders.model.orders import Kept
from functions.orders.model.quotes import Quote
from functions.orders.rules import placing
from kernel import clock, ids

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
KEY = b"for quotes in unit tests"
ADDRESS = {
    "name": "Ada Lovelace",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postcode": "10117",
    "country": "DE",
}


def an_id(prefix: str, number: int = 0) -> str:
    return f"{prefix}_{number:026}"


BUYER, GUEST, STORE, OTHER_STORE = an_id("usr", 5), an_id("gst", 5), an_id("sto"), an_id("sto", 1)


def money(minor: int, currency: str = "EUR") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def a_quoted_line(number: int = 1, minor: int = 100_00, store_id: str = STORE, **said: Any) -> dict[str, Any]:
    """Offer, product and variant of one number, one piece of it."""
    quantity, tax, subsidy = said.pop("quantity", 1), said.pop("tax", 0), said.pop("subsidy", 0)
    return {
        "line_id": an_id("lin", number),
        "store_id": store_id,
        "product_id": an_id("prd", number),
        "offer_id": an_id("ofr", number),
        "offer_version": 1,
        "variant_id": an_id("var", number),
        "title": f"Camera {number}",
        "quantity": quantity,
        "unit_price": money(minor),
        "list_price": money(minor),
        "category_path": [an_id("cat", 1), an_id("cat", 2)],
        "goods": money(minor * quantity),
        "subsidy": money(subsidy),
        "tax": money(tax),
        "total": money(minor * quantity + tax - subsidy),
    } | said


def shipping(minor: int = 5_00, store_id: str = STORE) -> dict[str, Any]:
    amounts = {"goods": money(minor), "subsidy": money(0), "tax": money(0), "total": money(minor)}
    return {"store_id": store_id, "method_id": "parcel", "name": "Parcel", **amounts}


def quoted(*lines: dict[str, Any], **said: Any) -> dict[str, Any]:
    """As baskets say it."""
    held = list(lines) or [a_quoted_line()]
    sent = said.setdefault("shipping", [])
    total = sum(one["total"]["minor"] for one in [*held, *sent])
    now = said.pop("now", NOON)
    return {
        "quote_id": an_id("qte", 1),
        "buyer_id": BUYER,
        "basket_id": an_id("bsk", 1),
        "basket_version": 3,
        "currency": "EUR",
        "issued_at": clock.rfc3339(now),
        "expires_at": clock.rfc3339(now + timedelta(minutes=15)),
        "lines": held,
        "uses": [],
        "totals": {
            "goods": money(sum(one["goods"]["minor"] for one in held)),
            "shipping": money(sum(one["goods"]["minor"] for one in sent)),
            "discounts": money(0),
            "tax": money(0),
            "tax_included": money(0),
            "total": money(total),
        },
        "explain": [],
    } | said


def signed(quote: dict[str, Any], key: bytes = KEY) -> str:
    said = _text(json.dumps(quote).encode())
    return f"{said}.{_text(hmac.digest(key, said.encode(), hashlib.sha256))}"


def asked(**said: Any) -> Checkout:
    return Checkout.model_validate({"quote": "a" * 20 + ".b", **said})


def an_order(*lines: dict[str, Any], asked_for: dict[str, Any] | None = None, **said: Any) -> Kept:
    """As it is placed at noon."""
    quote = Quote.model_validate(quoted(*lines, **said))
    return placing.placed(quote, asked(**asked_for or {}), NOON)


def seller_order_of(order_id: str, store_id: str = STORE) -> str:
    return ids.derived_id("slo", order_id, store_id)


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")
