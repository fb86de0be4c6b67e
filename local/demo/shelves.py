"""Fills the demo's stores as people do it: a moderator plants the tree of categories, goods come by a file."""

import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local.demo.goods import LANGUAGES, goods_of
from local.demo.sheet import sheet
from local.demo.shop import Shop
from local.demo.stores import DemoStore, demo_stores
from local.home import Problem

IMPORTED_WITHIN_S = 60
STYLE = {"code": "style", "labels": {"en": "Style", "uk": "Стиль", "hi": "शैली"}, "filterable": True}

Tell = Callable[[str], None]


def plant_categories(moderator: Shop, tell: Tell) -> dict[str, str]:
    """The ids of all, by their paths; what is there already is found by its English name."""
    tell("planting the categories")
    told, there = _told(), _there(moderator)
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


def category_paths(shop: Shop) -> dict[str, str]:
    """The ids of the demo's categories, which are there already, by their paths."""
    there = _there(shop)
    told = _told()
    paths: dict[str, str] = {}
    for root, names in told["names"].items():
        above = there[None, names[0]]
        below = {f"{root}/{slug}": there[above, name] for slug, (name, *_) in told["children"][root].items()}
        paths |= {root: above, **below}
    return paths


def _there(shop: Shop) -> dict[tuple[str | None, str], str]:
    return {
        (one.get("parent_id"), one["names"].get("en")): one["category_id"]
        for one in shop("GET", "/categories")["items"]
    }


def _told() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("categories.toml").read_text(encoding="utf-8"))


def fill_stores(seller: Shop, opened: dict[str, str], categories: dict[str, str], tell: Tell) -> None:
    """All files are sent before the first is waited for: the imports run beside each other."""
    stores = [store for store in demo_stores() if store.slug in opened]
    running = []
    for store in stores:
        tell(f"importing the goods of {store.slug}")
        running.append((store, import_file(seller, opened[store.slug], sheet(store, goods_of(store), categories))))
    for store, where in running:
        tell(f"importing the goods of {store.slug}")
        imported(seller, where)
        tie_bundles(seller, store, opened[store.slug])


def import_file(seller: Shop, store_id: str, content: bytes) -> str:
    upload = seller("POST", f"/stores/{store_id}/imports", {"kind": "csv", "size_bytes": len(content)})
    seller.send(upload, content, "text/csv")
    where = f"/stores/{store_id}/imports/{upload['progress']['import_id']}"
    seller("POST", f"{where}/start", {})
    return where


def imported(seller: Shop, where: str, *, within_s: float = IMPORTED_WITHIN_S) -> None:
    deadline = time.monotonic() + within_s
    while (progress := seller("GET", where))["state"] == "running":
        if time.monotonic() > deadline:
            raise Problem(f"The demo's goods were not imported within {within_s:.0f} s: {progress}")
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


def tie_bundles(seller: Shop, store: DemoStore, store_id: str) -> None:
    if bundles := [good for good in goods_of(store) if good.parts]:
        variants = {one["sku"]: one["variant_id"] for offer in offers_of(seller, store_id) for one in offer["variants"]}
        for good in bundles:
            parts = [{"variant_id": variants[sku], "quantity": count} for sku, count in good.parts.items()]
            seller("PUT", f"/stores/{store_id}/stock/{variants[good.sku]}/parts", {"items": parts})
