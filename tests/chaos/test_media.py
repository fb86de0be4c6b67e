"""Pictures and downloads under faults and rivals: each fault at each call of a tale; showing, rendering, removing."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from functions.catalog import arrivals, files, renditions, steps, sweep
from functions.catalog.api import api
from functions.catalog.model.downloads import Grant
from functions.catalog.model.images import Image, ImageNotUploaded
from functions.catalog.model.products import Product
from functions.catalog.renditions import Rendered, Spoiled
from functions.catalog.rules import downloads as download_rules
from functions.catalog.rules import images as rules
from functions.catalog.rules.images import Placement
from functions.catalog.store import images as image_store
from functions.catalog.store import pictures as picture_store
from kernel import clock
from kernel.changes import Change, decode
from kernel.uploads import Form
from tests.builders.consumed import received
from tests.builders.http import Context
from tests.chaos import tales
from tests.chaos.tales import Stage

BUYER, SELLER = "usr_00000000000000000000000007", "usr_00000000000000000000000001"
STORE = "sto_00000000000000000000000000"
ORDER = "ord_00000000000000000000000000"
MAY = {STORE: frozenset({"edit_products"})}
SIZE = 41
LATE = timedelta(days=8)


class Bucket:
    """What lies where; the pixels of a picture are its word."""

    def __init__(self, *, spoiled: bool = False) -> None:
        self.keys, self.spoiled = set[str](), spoiled

    @contextmanager
    def in_place(self) -> Iterator["Bucket"]:
        form = Form("https://bucket.example", {"key": "incoming/…"})
        instead: dict[str, Any] = {
            "image_form": lambda *_: form,
            "goods_form": lambda *_: form,
            "keep_image": self.keep_image,
            "original": self.original,
            "publish": self.publish,
            "remove_image": self.remove_image,
            "arrived_bytes": lambda file: file.size_bytes,
            "keep_goods": lambda file: self.keys.add(f"sold/{file.file_id}"),
            "goods_link": lambda file_id, name: f"https://bucket.example/sold/{file_id}",
        }
        with ExitStack() as patches:
            for name, function in instead.items():
                patches.enter_context(patch.object(files, name, function))
            patches.enter_context(patch.object(renditions, "render", self.render))
            yield self

    def keep_image(self, image_id: str) -> str:
        self.keys.add(rules.original(image_id))
        return "image/jpeg"

    def original(self, image_id: str) -> bytes:
        if rules.original(image_id) not in self.keys:
            raise ImageNotUploaded()
        return b"pixels"

    def render(self, content: bytes) -> Rendered:
        if self.spoiled:
            raise Spoiled("unreadable")
        return Rendered(dict.fromkeys(rules.WIDTHS, content), 640, 480)

    def publish(self, image_id: str, width: int, *_: Any) -> None:
        self.keys.add(rules.published(image_id, width))

    def remove_image(self, image_id: str) -> None:
        self.keys -= set(rules.all_keys(image_id))


def seller(stage: Stage, method: str, path: str, body: Any = None) -> Any:
    return stage.ask(SELLER, method, f"/v1/stores/{STORE}{path}", body, stores=MAY)


def listed(stage: Stage, **said: Any) -> dict[str, Any]:
    item = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 100_00}, **said}
    return dict(seller(stage, "POST", "/items", item).json)


def confirmed(stage: Stage) -> str:
    image_id = seller(stage, "POST", "/images", {"content_type": "image/jpeg"}).json["image_id"]
    seller(stage, "POST", f"/images/{image_id}/confirm")
    return str(image_id)


def rendered(stage: Stage, image_id: str) -> None:
    heard = received(arrivals.ImageAdded(image_id=image_id, owner=STORE))
    stage.until_done(lambda: arrivals.render_image(heard))


def arranged(stage: Stage, product_id: str, *image_ids: str) -> Any:
    chosen = {"pictures": [{"image_id": one} for one in image_ids]}
    return seller(stage, "PUT", f"/products/{product_id}/pictures", chosen)


def task(stage: Stage, name: str, offer: Mapping[str, Any]) -> Any:
    line = {"product_id": offer["product_id"], "offer_id": offer["offer_id"]}
    event = {"task": f"{name}_downloads", "order_id": ORDER, "buyer_id": BUYER, "lines": [line]}
    return stage.until_done(lambda: steps.handler(event, Context()))


def sold(stage: Stage) -> tuple[dict[str, Any], str]:
    """A digital offer and its one file, put away."""
    [offer] = listed(stage, kind="digital")["offers"]
    path = f"/products/{offer['product_id']}/offers/{offer['offer_id']}/files"
    file_id = seller(stage, "POST", path, {"name": "Rain.flac", "size_bytes": SIZE}).json["file_id"]
    seller(stage, "POST", f"{path}/{file_id}/confirm")
    heard = received(arrivals.FileAdded(file_id=file_id, offer_id=offer["offer_id"]))
    stage.until_done(lambda: arrivals.keep_file(heard))
    return offer, str(file_id)


def linked(stage: Stage, grant_id: str, file_id: str) -> Any:
    return stage.ask(BUYER, "POST", f"/v1/me/downloads/{grant_id}/files/{file_id}/link")


# Tales


def show_and_take_away(stage: Stage) -> None:
    first, second = confirmed(stage), confirmed(stage)
    made = listed(stage, pictures=[{"image_id": first}, {"image_id": second}])
    for image_id in (first, second):
        rendered(stage, image_id)
    product_id = made["product"]["product_id"]
    arranged(stage, product_id, second)
    third = confirmed(stage)
    rendered(stage, third)
    stage.until_done(lambda: sweep.remove_unused_images(clock.now() + LATE))
    arranged(stage, product_id, second, third)


def sell_and_refund(stage: Stage) -> None:
    offer, file_id = sold(stage)
    [grant_id] = task(stage, "grant", offer)["grants"]
    for _ in range(2):
        linked(stage, grant_id, file_id)
    gift = {"buyer_id": BUYER, "product_id": offer["product_id"], "offer_id": offer["offer_id"]}
    given = seller(stage, "POST", "/downloads", gift).json
    linked(stage, given["grant_id"], file_id)
    seller(stage, "DELETE", f"/downloads/{given['grant_id']}")
    assert task(stage, "revoke", offer)["outcome"] == "revoked"
    linked(stage, grant_id, file_id)
    seller(stage, "DELETE", f"/products/{offer['product_id']}/offers/{offer['offer_id']}/files/{file_id}")


@pytest.mark.parametrize("tale", [show_and_take_away, sell_and_refund])
def test_a_fault_at_any_call_leaves_nothing_else_behind(tale):
    with Bucket().in_place():
        assert list(tales.differences(api, tale)) == []


# Races


class Wall:
    """Two products, one image, and everybody who has to do with it at once."""

    def __init__(self, *, spoiled: bool) -> None:
        self.bucket, self.wrong = Bucket(spoiled=spoiled), list[str]()
        self.products: list[str] = []
        self.image_id = ""

    def before(self, stage: Stage) -> None:
        self.products = [listed(stage)["product"]["product_id"] for _ in range(2)]
        self.image_id = confirmed(stage)

    def run(self, seed: int) -> "Wall":
        with self.bucket.in_place():
            rivals: list[tales.Tale] = [
                *(self.show_on(place) for place in (0, 0, 1)),
                *(lambda stage: rendered(stage, self.image_id) for _ in range(2)),
                lambda stage: arranged(stage, self.products[0]),
                lambda stage: stage.until_done(lambda: sweep.remove_unused_images(clock.now() + LATE)),
            ]
            tales.race(api, self.before, rivals, seed, self.check)
        return self

    def show_on(self, place: int) -> tales.Tale:
        return lambda stage: arranged(stage, self.products[place], self.image_id)

    def check(self, stage: Stage, rows: Mapping[Any, Any]) -> None:
        """Once the events that are on their way have arrived, too."""
        plain = {key: decode(row) for key, row in rows.items()}
        shown = {
            product_id: picture
            for product_id in self.products
            for picture in Product.model_validate_json(plain[f"PRODUCT#{product_id}", "-"]["doc"]).pictures
        }
        news = [sk.split("#")[1] for pk, sk in sorted(plain) if pk == f"EVENT#{self.image_id}"]
        row = plain.get((f"IMAGES#{STORE}", self.image_id))
        if row is None:
            heard = received(arrivals.ImageRemoved(image_id=self.image_id, owner=STORE))
            stage.until_done(lambda: arrivals.remove_image(heard))
            if shown or self.bucket.keys or news != ["ImageAdded", "ImageRemoved"]:
                self.wrong.append(f"gone, and yet {shown}, {self.bucket.keys}, told as {news}")
            return
        image = Image.model_validate_json(row["doc"])
        if image.state != ("refused" if self.bucket.spoiled else "ready"):
            self.wrong.append(f"still {image.state}")
        at = [image.product_id] if image.product_id and image.state == "ready" else []
        if list(shown) != at or [one.width for one in shown.values()] != [640] * len(at):
            self.wrong.append(f"{image.state} on {image.product_id}, shown on {shown}")
        if news != ["ImageAdded"]:
            self.wrong.append(f"there, but told as {news}")


def a_picture(seed: int) -> Wall:
    return Wall(spoiled=False).run(seed)


def a_spoiled_picture(seed: int) -> Wall:
    return Wall(spoiled=True).run(seed)


class Counter:
    """One grant, five devices that want more links than there are, and a refund."""

    def __init__(self) -> None:
        self.wrong, self.given = list[str](), 0
        self.offer: dict[str, Any] = {}
        self.file_id = self.grant_id = ""

    def before(self, stage: Stage) -> None:
        self.offer, self.file_id = sold(stage)
        [self.grant_id] = task(stage, "grant", self.offer)["grants"]

    def device(self, stage: Stage) -> None:
        for _ in range(3):
            answer = linked(stage, self.grant_id, self.file_id)  # before the sum: rivals change it meanwhile
            self.given += answer.status < 300

    def run(self, seed: int, *, refunded: bool) -> "Counter":
        again: tales.Tale = lambda stage: task(stage, "grant", self.offer)  # noqa: E731 - beside its neighbours
        refund: tales.Tale = lambda stage: task(stage, "revoke", self.offer)  # noqa: E731 - beside its neighbours
        with Bucket().in_place():
            rivals = [*[self.device] * 5, again, *([refund, refund] if refunded else [])]
            tales.race(api, self.before, rivals, seed, partial(self.check, refunded=refunded))
        return self

    def check(self, stage: Stage, rows: Mapping[Any, Any], *, refunded: bool) -> None:
        row = decode(rows[f"PERSON#{BUYER}", f"DOWNLOADS#{self.grant_id}"])
        grant = Grant.model_validate_json(row["doc"])
        links = [key for key in rows if key[1].endswith("#DownloadLinked")]
        told = {name: len([key for key in rows if key[1].endswith(f"#{name}")]) for name in ("DownloadsGranted",)}
        if not len(links) == self.given == row.get(self.file_id, 0) <= download_rules.LINKS:
            self.wrong.append(f"{self.given} given, {row.get(self.file_id)} counted, {len(links)} told")
        if bool(grant.revoked_at) != refunded or told["DownloadsGranted"] != 1:
            self.wrong.append(f"revoked: {grant.revoked_at}, told as {told}")
        revoked = [key for key in rows if key[1].endswith("#DownloadsRevoked")]
        if len(revoked) != refunded:
            self.wrong.append(f"taken back {len(revoked)} times")


def links(seed: int) -> Counter:
    return Counter().run(seed, refunded=False)


def links_and_refund(seed: int) -> Counter:
    return Counter().run(seed, refunded=True)


@pytest.mark.parametrize("race", [a_picture, a_spoiled_picture, links, links_and_refund])
@pytest.mark.parametrize("seed", range(25))
def test_whoever_is_faster_one_thing_comes_of_it(race, seed):
    assert race(seed).wrong == []


# Planted bugs


def unconditional(make: Any) -> Any:
    def made(*arguments: Any) -> Change:
        change = make(*arguments)
        return Change(change.kind, change.key, change.item, change.sets, change.adds)

    return made


def without_limits(change: Change, **_: int) -> Change:
    return change


def whatever_it_is_by_now(owner: str, gone: Sequence[Image]) -> Any:
    rows, told = REMOVED(owner, gone)
    return [unconditional(lambda row=row: row)() for row in rows], told


def without_its_size(placement: Placement, found: Mapping[str, Image]) -> Placement:
    return replace(LOOKED_AT_AGAIN(placement, found), product=placement.product)


REMOVED, LOOKED_AT_AGAIN = image_store.removed, rules.looked_at_again


@pytest.mark.parametrize(
    ("race", "bug"),
    [
        (a_picture, patch.object(picture_store, "newer", unconditional(image_store.newer))),
        (a_spoiled_picture, patch.object(picture_store, "newer", unconditional(image_store.newer))),
        (a_picture, patch.object(image_store, "removed", whatever_it_is_by_now)),
        (a_picture, patch.object(rules, "looked_at_again", without_its_size)),
        (links_and_refund, patch.object(download_rules, "taken_back", lambda grant, now: grant)),
        (links, patch.object(Change, "below", without_limits)),
    ],
)
def test_a_planted_bug_is_found(race, bug):
    with bug:
        assert any(broken(race, seed) for seed in range(60))


def broken(race: Any, seed: int) -> bool:
    """Wrong in the end, or unable to come to one."""
    try:
        return race(seed).wrong != []
    except Exception:  # noqa: BLE001 - whatever a bug made of it
        return True
