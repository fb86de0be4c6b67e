"""Fills the demo's stores as people do it: a moderator plants the tree, goods come by a file, then their pictures."""

import time
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3

from local.ask import ask
from local.demo.drawings import draw
from local.demo.goods import LANGUAGES, Good, goods_of
from local.demo.sheet import sheet
from local.demo.stores import DemoStore, demo_stores
from local.home import Problem

WITHIN_S = 30
IMPORTED_WITHIN_S = 60
STYLE = {"code": "style", "labels": {"en": "Style", "uk": "Стиль", "hi": "शैली"}, "filterable": True}

Tell = Callable[[str], None]


class Shop:
    """The API as one person uses it."""

    def __init__(self, url: str, token: str) -> None:
        self.url, self._token = url, token

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        status, answer = ask(method, f"{self.url}/v1{path}", body, token=self._token, within_s=WITHIN_S)
        if status >= HTTPStatus.BAD_REQUEST:
            raise Problem(f"The demo's goods could not be put up: {method} /v1{path} answered {status}: {answer}")
        return answer

    def send(self, upload: dict[str, Any], content: bytes, content_type: str) -> None:
        """To the bucket, as a browser's form does it."""
        fields = {**upload["fields"], "file": ("file", content, content_type)}
        with urllib3.PoolManager(retries=False, timeout=WITHIN_S) as http:
            answer = http.request("POST", upload["url"], fields=fields)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise Problem(f"The demo's goods could not be put up: the bucket answered {answer.status}: {answer.data!r}")


def plant_categories(moderator: Shop, tell: Tell) -> dict[str, str]:
    """The ids of all, by their paths; what is there already is found by its English name."""
    tell("planting the categories")
    told = tomllib.loads(Path(__file__).with_name("categories.toml").read_text(encoding="utf-8"))
    there = {
        (one.get("parent_id"), one["names"].get("en")): one["category_id"]
        for one in moderator("GET", "/categories")["items"]
    }
    paths: dict[str, str] = {}

    def plant(path: str, names: list[str], parent: str | None, position: int) -> str:
        body = {
            "parent_id": parent,
            "names": dict(zip(LANGUAGES, names, strict=True)),
            "position": position,
            "attributes": [] if parent else [STYLE],
        }
        found = there.get((parent, names[0])) or moderator("POST", "/categories", body)["category_id"]
        paths[path] = str(found)
        return paths[path]

    for position, (root, names) in enumerate(told["names"].items()):
        above = plant(root, names, None, position)
        for place, (slug, below) in enumerate(told["children"][root].items()):
            plant(f"{root}/{slug}", below, above, place)
    return paths


def fill_stores(seller: Shop, opened: dict[str, str], categories: dict[str, str], tell: Tell) -> None:
    """All files are sent before the first is waited for: the imports run beside each other."""
    stores = [store for store in demo_stores() if store.slug in opened]
    running = []
    for store in stores:
        tell(f"importing the goods of {store.slug}")
        running.append((store, _import(seller, opened[store.slug], sheet(store, goods_of(store), categories))))
    for store, where in running:
        tell(f"importing the goods of {store.slug}")
        _ended(seller, where)


def _import(seller: Shop, store_id: str, content: bytes) -> str:
    upload = seller("POST", f"/stores/{store_id}/imports", {"kind": "csv", "size_bytes": len(content)})
    seller.send(upload, content, "text/csv")
    where = f"/stores/{store_id}/imports/{upload['progress']['import_id']}"
    seller("POST", f"{where}/start", {})
    return where


def _ended(seller: Shop, where: str) -> None:
    deadline = time.monotonic() + IMPORTED_WITHIN_S
    while (progress := seller("GET", where))["state"] == "running":
        if time.monotonic() > deadline:
            raise Problem(f"The demo's goods were not imported within {IMPORTED_WITHIN_S} s: {progress}")
        time.sleep(0.1)
    if progress["state"] != "done" or progress["refused"]:
        raise Problem(f"The demo's goods were not all imported: {progress}")


def offers_of(seller: Shop, store_id: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = seller("GET", f"/stores/{store_id}/offers?limit=50{cursor}")
        yield from page["items"]
        if not page.get("cursor"):
            return
        cursor = f"&cursor={page['cursor']}"


def tie_bundles(seller: Shop, store: DemoStore, store_id: str, offers: list[dict[str, Any]]) -> None:
    variants = {one["sku"]: one["variant_id"] for offer in offers for one in offer["variants"]}
    for good in goods_of(store):
        if good.parts:
            parts = [{"variant_id": variants[sku], "quantity": count} for sku, count in good.parts.items()]
            seller("PUT", f"/stores/{store_id}/stock/{variants[good.sku]}/parts", {"parts": parts})


def hang_pictures(seller: Shop, opened: dict[str, str], tell: Tell) -> int:
    """One for each product, four at a time. Whoever looks meanwhile sees goods without pictures, and then with them."""
    todo = []
    for store in demo_stores():
        if store_id := opened.get(store.slug):
            products = {
                one["sku"]: offer["product_id"] for offer in offers_of(seller, store_id) for one in offer["variants"]
            }
            todo += [
                (store_id, products[(good.variants[0].sku if good.variants else good.sku)], good)
                for good in goods_of(store)
            ]
    with ThreadPoolExecutor(4) as hands:
        for done, _ in enumerate(hands.map(lambda one: _hang(seller, *one), todo), 1):
            if done % 50 == 0:
                tell(f"hanging pictures: {done} of {len(todo)}")
    return len(todo)


def _hang(seller: Shop, store_id: str, product_id: str, good: Good) -> None:
    upload = seller("POST", f"/stores/{store_id}/images", {"content_type": "image/png"})
    seller.send(upload, draw(good.kind, good.style), "image/png")
    image_id = upload["image_id"]
    seller("POST", f"/stores/{store_id}/images/{image_id}/confirm")
    pictures = [{"image_id": image_id, "alt": good.titles}]
    seller("PUT", f"/stores/{store_id}/products/{product_id}/pictures", {"pictures": pictures})
