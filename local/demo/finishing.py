"""What is put up while people already look around: a picture of every product, a file behind every download."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from local.demo.drawings import draw
from local.demo.goods import Good, goods_of
from local.demo.shelves import Tell, offers_of
from local.demo.shop import Shop
from local.demo.stores import demo_stores

HANDS = 3
TOLD_EVERY = 100

Work = Callable[[], None]


def finish(seller: Shop, opened: dict[str, str], tell: Tell, *, stopped: Callable[[], bool]) -> bool:
    """Goes on where it was stopped. False if it was stopped once more."""
    work = list(_undone(seller, opened))
    with ThreadPoolExecutor(HANDS) as hands:
        for done, _ in enumerate(hands.map(lambda one: stopped() or one(), work), 1):
            if done % TOLD_EVERY == 0 and not stopped():
                tell(f"The demo's pictures are being hung: {done} of {len(work)}.")
    return not stopped()


def _undone(seller: Shop, opened: dict[str, str]) -> Iterator[Work]:
    for store in demo_stores():
        if not (store_id := opened.get(store.slug)):
            continue
        offers = {one["sku"]: offer for offer in offers_of(seller, store_id) for one in offer["variants"]}
        for good in goods_of(store):
            offer = offers.get(good.variants[0].sku if good.variants else good.sku)
            if offer and not offer["card"]["image_id"]:
                yield _Picture(seller, store_id, offer, good)
                if good.digital:
                    yield _File(seller, store_id, offer, good)


class _Picture:
    def __init__(self, seller: Shop, store_id: str, offer: dict[str, Any], good: Good) -> None:
        self._seller, self._store, self._offer, self._good = seller, f"/stores/{store_id}", offer, good

    def __call__(self) -> None:
        upload = self._seller("POST", f"{self._store}/images", {"content_type": "image/png"})
        self._seller.send(upload, draw(self._good.kind, self._good.style), "image/png")
        image_id = upload["image_id"]
        self._seller("POST", f"{self._store}/images/{image_id}/confirm")
        pictures = [{"image_id": image_id, "alt": self._good.titles}]
        path = f"{self._store}/products/{self._offer['product_id']}/pictures"
        self._seller("PUT", path, {"pictures": pictures})


class _File(_Picture):
    def __call__(self) -> None:
        where = f"{self._store}/products/{self._offer['product_id']}/offers/{self._offer['offer_id']}/files"
        content = draw(self._good.kind, self._good.style)
        name = f"{self._good.sku.lower()}.png"
        upload = self._seller("POST", where, {"name": name, "size_bytes": len(content)})
        self._seller.send(upload, content, "application/octet-stream")
        self._seller("POST", f"{where}/{upload['file_id']}/confirm")
