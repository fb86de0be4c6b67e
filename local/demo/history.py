"""The demo's orders from before there was a Metco, brought as an operator brings those of a former system."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from local.demo.orders import ORDERS, DemoOrder, demo_orders
from local.demo.shelves import Tell, offers_of
from local.demo.shop import Shop

BROUGHT = 2_000  # the newest: enough to recommend from, and soon done
AT_ONCE = 100


def bring_orders(admin: Shop, seller: Shop, opened: dict[str, str], tell: Tell, *, stopped: Callable[[], bool]) -> bool:
    """An order counts once, however often it is brought. False if it was stopped."""
    products = _products(seller, opened.values())
    now, done = datetime.now(UTC), 0
    newest = list(demo_orders())[ORDERS - BROUGHT :]
    for start in range(0, BROUGHT, AT_ONCE):
        if stopped():
            return False
        orders = newest[start : start + AT_ONCE]
        told = [_told(order, products, now) for order in orders]
        admin("POST", "/search/purchases", {"orders": [one for one in told if one["products"]]})
        done += len(orders)
    tell(f"{done:,} orders of before are learned from: what goes together shows within minutes.")
    return True


def _products(seller: Shop, store_ids: Iterable[str]) -> dict[str, str]:
    """The ids of the demo's products, by the SKUs of their variants."""
    return {
        variant["sku"]: offer["product_id"]
        for store_id in store_ids
        for offer in offers_of(seller, store_id)
        for variant in offer["variants"]
    }


def _told(order: DemoOrder, products: dict[str, str], now: datetime) -> dict[str, Any]:
    bought = [products[sku] for sku in order.goods if sku in products]
    return {"order_id": order.order_id, "ordered_at": (now - order.age).isoformat(), "products": bought}
