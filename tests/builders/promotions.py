"""Promotions and what they reduce, for tests: say what matters to the test, the rest is filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.reductions import Buyer, LineToReduce, Reductions, ShippingToReduce
from functions.baskets.rules.promotions import reduced
from kernel.money import Money

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
