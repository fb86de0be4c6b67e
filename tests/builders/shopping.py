"""Baskets for tests, and everything that can be in one: say what matters to the test, the rest is filled in."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.baskets import api, consumers
from functions.baskets.rules.contents import line_id
from kernel import clock, ids
from kernel.authz import GUEST, Principal
from tests.builders.http import Answered, Caller, Context

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STORE = "sto_00000000000000000000000000"
BUYER = "usr_00000000000000000000000005"
VISITOR = "gst_00000000000000000000000005"
PLENTY = {"quantity": 1_000}


def an_id(prefix: str, number: int) -> str:
    return f"{prefix}_{number:026}"


def by(who: str = BUYER) -> Caller:
    roles = frozenset({GUEST}) if who.startswith("gst_") else frozenset({"customer"})
    return Caller(api.api, Principal(who, "", roles))


def money(minor: int, currency: str = "EUR") -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


# What is told


def hear(kind: str, source: str = "metco.catalog", sequence: int = 1, **data: Any) -> None:
    metadata = {
        "id": ids.new_id("evt"),
        "type": kind,
        "version": 1,
        "occurred_at": clock.rfc3339(clock.now()),
        "aggregate": "a",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    assert answer == {"batchItemFailures": []}


def a_listing(
    number: int = 1, version: int = 1, minor: int = 129_00, store: str = STORE, **said: Any
) -> dict[str, Any]:
    """Offer, product and variant of one number; three of each lie on the shelf."""
    variant: dict[str, Any] = {"variant_id": an_id("var", number), "prices": {"EUR": minor}, "quantity": 3}
    return {
        "store_id": store,
        "product_id": an_id("prd", number),
        "offer_id": an_id("ofr", number),
        "version": version,
        "texts": {"en": {"title": f"Camera {number}"}, "uk": {"title": f"Фотоапарат {number}"}},
        "slug": "camera",
        "category_path": [an_id("cat", 1)],
        "variants": [variant | said.pop("variant", {})],
        **said,
    }


def listed(number: int = 1, **said: Any) -> None:
    hear("OfferListed", listing=a_listing(number, **said))


def withdrawn(number: int = 1, version: int = 2) -> None:
    offer: dict[str, Any] = {
        "product_id": an_id("prd", number),
        "offer_id": an_id("ofr", number),
        "offer_version": version,
    }
    hear("OfferWithdrawn", store_id=STORE, **offer)


def stock(available: int, number: int = 1, sequence: int = 1, **said: Any) -> None:
    told: dict[str, Any] = {"tracked": True, "level": "ok", "available": available, "orderable": available > 0}
    item = {"store_id": STORE, "variant_id": an_id("var", number)}
    hear("StockChanged", "metco.inventory", sequence, **item, **told | said)


def store(standing: str = "open", sequence: int = 1, store_id: str = STORE) -> None:
    profile = {"name": "Analog Cameras", "slug": "analog-cameras", "standing": standing}
    told = {"store_id": store_id, "country": "DE", "currency": "EUR", "profile": profile}
    hear("StoreChanged", "metco.stores", sequence, **told)


def agreed(minor: int, number: int = 1, quantity: int = 1, lives: timedelta = timedelta(days=1), **said: Any) -> None:
    named = {
        "proposal_id": an_id("prp", number),
        "store_id": STORE,
        "offer_id": an_id("ofr", number),
        "variant_id": an_id("var", number),
        "buyer_id": BUYER,
    }
    told: dict[str, Any] = {
        "quantity": quantity,
        "price": money(minor),
        "expires_at": clock.rfc3339(clock.now() + lives),
    }
    hear("PriceAgreed", **named | told | said)


# What buyers do


def a_new_line(number: int = 1, quantity: int = 1, **said: Any) -> dict[str, Any]:
    named = {"store_id": STORE, "offer_id": an_id("ofr", number), "variant_id": an_id("var", number)}
    return {**named, "quantity": quantity, "currency": "EUR"} | said


def add(number: int = 1, quantity: int = 1, who: str = BUYER, **said: Any) -> Answered:
    return by(who)("POST", "/v1/basket/lines", a_new_line(number, quantity, **said))


def has(number: int = 1, quantity: int = 1, who: str = BUYER, **said: Any) -> str:
    """In the basket, whatever it takes; the line's id."""
    listed(number, **said)
    answer = add(number, quantity, who)
    assert answer.status == 201, answer.text
    return line_of(number, who)


def line_of(number: int = 1, who: str = BUYER) -> str:
    return line_id(who, an_id("ofr", number), an_id("var", number))


def change(number: int = 1, who: str = BUYER, **said: Any) -> Answered:
    return by(who)("PATCH", f"/v1/basket/lines/{line_of(number, who)}", said)


def read(who: str = BUYER, **query: str) -> dict[str, Any]:
    answer = by(who)("GET", "/v1/basket", query=query)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def quantities(who: str = BUYER, part: str = "lines") -> dict[str, int]:
    """What is in the basket, by the titles of things."""
    return {line["title"]: line["quantity"] for line in read(who)[part]}


def told(who: str = BUYER) -> list[tuple[str, str]]:
    return [(one["kind"], one["detail"]) for one in read(who)["changes"]]


def look(who: str = BUYER) -> None:
    """As a shop's page does when it has shown the basket."""
    basket = read(who)
    shown = [{name: line[name] for name in ("line_id", "state", "unit_price")} for line in all_of(basket)]
    assert by(who)("POST", "/v1/basket/shown", {"lines": shown}).status == 200


def all_of(basket: dict[str, Any]) -> list[dict[str, Any]]:
    return [*basket["lines"], *basket["saved"]]


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    """A line of this person's; a code that nobody knows does as well as another."""
    return {"line_id": has(9, who=user_id, variant=PLENTY), "code": "SUMMER10"}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    if operation in ("remove_from_basket", "change_basket_line"):
        return things | {"line_id": has(9, who=who.id, variant=PLENTY)}, {}
    return things, {}


def body_of(operation: str) -> dict[str, Any]:
    return a_new_line(9) if operation == "add_to_basket" else {}
