"""Promotions and what they reduce, for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.baskets import api, steps
from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, Reductions, ShippingToReduce
from functions.baskets.rules.promotions import reduced
from kernel import ids
from kernel.authz import Principal
from kernel.money import Money
from tests.builders.http import Caller, Context

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
ALMA, BORIS = (f"sto_{number:026}" for number in (1, 2))
CAMERAS, FILMS = (f"cat_{number:026}" for number in (1, 2))
BELA = f"usr_{1:026}"


def prm(number: int) -> str:
    return f"prm_{number:026}"


def prd(number: int) -> str:
    return f"prd_{number:026}"


def percent(off_bps: int = 1000, **said: Any) -> dict[str, Any]:
    return {"kind": "percent", "off_bps": off_bps, **said}


def fixed(minor: int, currency: str = "EUR", **said: Any) -> dict[str, Any]:
    return {"kind": "fixed", "off": {currency: minor}, **said}


def a_promotion(number: int = 1, store_id: str | None = ALMA, **said: Any) -> Promotion:
    """A store's, or without one the platform's."""
    fields: dict[str, Any] = {
        "promotion_id": prm(number),
        "store_id": store_id,
        "borne_by": "store" if store_id else "platform",
        "title": f"Promotion {number}",
        "benefit": percent(),
        "starts_at": NOON - timedelta(days=1),
    }
    return Promotion.model_validate(fields | said)


def a_line(line_id: str = "1", minor: int = 1000, quantity: int = 1, **said: Any) -> LineToReduce:
    fields: dict[str, Any] = {
        "line_id": line_id,
        "store_id": ALMA,
        "product_id": prd(1),
        "category_path": [CAMERAS],
        "quantity": quantity,
        "unit_price": Money(minor, said.pop("currency", "EUR")),
    }
    return LineToReduce(**fields | said)


def a_shipping(line_id: str = "ship", minor: int = 500, store_id: str = ALMA) -> ShippingToReduce:
    return ShippingToReduce(line_id, store_id, Money(minor, "EUR"))


def applied(
    *promotions: Promotion, lines: list[LineToReduce], shipping: list[ShippingToReduce] | None = None, **buyer: Any
) -> Reductions:
    return reduced(lines, shipping or [], promotions, Buyer(**{"user_id": BELA} | buyer), NOON)


def taken_off(told: Reductions) -> dict[str, int]:
    """Line by line."""
    return {one.line_id: (one.by_store + one.by_platform).minor for one in (*told.lines, *told.shipping)}


def reasons(told: Reductions) -> list[str]:
    return [one.reason for one in told.considered]


# Over HTTP and in workflows


def as_seller(store_id: str = ALMA, user_id: str = BELA) -> Caller:
    may = {store_id: frozenset({"edit_products"})}
    return Caller(api.api, Principal(user_id, "", frozenset({"customer", "seller"}), may))


def as_finance() -> Caller:
    return Caller(api.api, Principal(f"usr_{9:026}", "", frozenset({"customer", "finance"})))


def made(store_id: str | None = ALMA, **said: Any) -> dict[str, Any]:
    body = {"title": "Summer sale", "benefit": percent(), **said}
    if store_id:
        answer = as_seller(store_id)("POST", f"/v1/stores/{store_id}/promotions", body)
    else:
        answer = as_finance()("POST", "/v1/promotions", body)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def left(promotion: dict[str, Any]) -> int | None:
    if promotion["store_id"]:
        path = f"/v1/stores/{promotion['store_id']}/promotions/{promotion['promotion_id']}"
        return as_seller(promotion["store_id"])("GET", path).json["left"]
    return as_finance()("GET", f"/v1/promotions/{promotion['promotion_id']}").json["left"]


def order(number: int = 0) -> str:
    return f"ord_{number:026}"


def task(name: str, order_id: str | None = None, **said: Any) -> dict[str, Any]:
    return steps.handler({"task": f"{name}_promotions", "order_id": order_id or order(), **said}, Context())


def reserve(
    *wanted: dict[str, Any], order_id: str | None = None, buyer_id: str = BELA, pieces: int = 1
) -> dict[str, Any]:
    uses = [{"promotion_id": one["promotion_id"], "uses": pieces} for one in wanted]
    return task("reserve", order_id, buyer_id=buyer_id, uses=uses)


# For the access matrix


def things_of(user_id: str) -> dict[str, str]:
    return {"promotion_id": ids.derived_id("prm", user_id)}


def ready_for(operation: str, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """A promotion that can be looked at and ended, made anew for one call."""
    if operation in ("read_store_promotion", "end_store_promotion"):
        return things | {"promotion_id": made(things["store_id"])["promotion_id"]}, {}
    if operation in ("read_promotion", "end_promotion"):
        return things | {"promotion_id": made(None)["promotion_id"]}, {}
    return things, {}


def body_of(operation: str) -> dict[str, Any]:
    """The document's example has all there is: a store may not say everything, and nobody says a code twice."""
    if operation == "make_store_promotion":
        return {"code": None, "campaign_id": None, "goods": {"category_ids": [CAMERAS]}}
    return {}
