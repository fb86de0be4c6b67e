"""Goods on the deployed template: a product's page and a category's under load, and what the functions say it takes."""

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from bench import goods_sample as sample
from bench.goods_import import Shop
from bench.load import Result, closed_loop
from local.stack import Stack

CLIENTS, SECONDS, WARM_UP_S = 8, 5.0, 2.0
LISTED, ROUNDS = 20, 100
QUIET_WITHIN_S = 90
SETTLED_S = 12  # what was listed is told to other functions, and two cores are soon all taken
QUERY = """{ read_product(address: "%s") { texts brand pictures { image_id alt } category { names }
  offers { store_id condition variants { variant_id options prices compare_at lowest_30_days } } } }"""


def opened(stack: Stack, client: httpx.Client) -> Shop:
    shop = Shop(stack, client)
    shop.open()
    return shop


def rounds(shop: Shop) -> dict[str, str]:
    """Each page and question asked again and again, as a function that is awake is asked; and the pages' paths.

    In turn they would cost a quarter more each: five processes then take the two cores' caches from each other.
    """
    client = shop.client
    category_id = _category(shop)
    product = _listed(shop, category_id)
    _wait_for_pictures(client, product)
    pages = {"product": f"/v1/products/{product}", "category": f"/v1/categories/{category_id}/products"}
    shown = {name: client.get(path).raise_for_status() for name, path in pages.items()}
    if len(shown["category"].json()["items"]) != LISTED:
        raise RuntimeError(f"The category shows {len(shown['category'].json()['items'])} things, not {LISTED}.")
    asked = {"variants": _variants(shown["product"].json())}
    time.sleep(SETTLED_S)
    questions: list[Callable[[], httpx.Response]] = [
        *(partial(client.get, path) for path in (*pages.values(), f"/v1/stores/{shop.store_id}/products")),
        partial(client.post, "/v1/graphql/public", json={"query": QUERY % product}),
        partial(client.get, "/v1/availability", params=asked),
    ]
    for ask in questions:
        for _ in range(ROUNDS):
            ask().raise_for_status()
    return {f"{name} of {len(shown[name].content) / 1000:.0f} KB": path for name, path in pages.items()}


def loads(shop: Shop, pages: Mapping[str, str]) -> dict[str, Result]:
    found: dict[str, Result] = {}
    for name, path in pages.items():
        url = f"{shop.stack.url}{path}"
        asyncio.run(closed_loop(url, {}, clients=CLIENTS, seconds=WARM_UP_S))  # every worker has started once
        found[f"{name}, {CLIENTS} clients"] = asyncio.run(closed_loop(url, {}, clients=CLIENTS, seconds=SECONDS))
    return found


def _category(shop: Shop) -> str:
    found = shop.ask("GET", "/categories")["items"]
    return str(next(one["category_id"] for one in found if one["names"]["en"] == "Kitchen"))


def _listed(shop: Shop, category_id: str) -> str:
    """Twenty things; the first has all its pictures and two more offers."""
    items = f"/stores/{shop.store_id}/items"
    pictures = [_picture(shop) for _ in range(sample.PICTURES)]
    first = str(shop.ask("POST", items, sample.an_item(category_id, 0, pictures))["product"]["product_id"])
    for condition in sample.CONDITIONS[1:]:
        shop.ask("POST", f"/stores/{shop.store_id}/products/{first}/offers", sample.an_offer(condition, 0))
    for number in range(1, LISTED):
        shop.ask("POST", items, sample.an_item(category_id, number, [_picture(shop)]))
    return first


def _picture(shop: Shop) -> str:
    drawn = BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 150)).save(drawn, "JPEG")
    upload = shop.ask("POST", f"/stores/{shop.store_id}/images", {"content_type": "image/jpeg"})
    httpx.post(upload["url"], data=upload["fields"], files={"file": drawn.getvalue()}, timeout=60).raise_for_status()
    shop.ask("POST", f"/stores/{shop.store_id}/images/{upload['image_id']}/confirm")
    return str(upload["image_id"])


def _wait_for_pictures(client: httpx.Client, product_id: str) -> None:
    """Rendering takes a core: whoever measures beside it measures it too."""
    deadline = time.monotonic() + QUIET_WITHIN_S
    while time.monotonic() < deadline:
        shown: dict[str, Any] = client.get(f"/v1/products/{product_id}").raise_for_status().json()
        if all(one["width"] for one in shown["pictures"]):
            time.sleep(2)  # the other things' last events are on their way
            return
        time.sleep(0.5)
    raise TimeoutError("the pictures were not rendered")


def _variants(page: dict[str, Any]) -> str:
    """All that there are of a product: eighteen."""
    named = [(one["store_id"], variant["variant_id"]) for one in page["offers"] for variant in one["variants"]]
    return ",".join(":".join(one) for one in named)
