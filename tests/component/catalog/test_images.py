from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.catalog import arrivals, events, files, sweep
from functions.catalog.model.images import ChosenPicture, ImageShownElsewhere
from functions.catalog.rules import images as rules
from functions.catalog.store.goods import goods
from functions.catalog.store.images import images
from functions.catalog.store.pictures import pictures
from kernel import clock, ids
from tests.builders import catalog as a
from tests.builders import consumed
from tests.builders import images as an

IMAGES = f"/v1/stores/{a.STORE}/images"
seller, stranger = a.as_seller(), a.as_seller(a.OTHER_STORE, "usr_00000000000000000000000001")


def told(world: Any, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in world.envelopes() if one["metadata"]["type"] == kind]


def heard(world: Any) -> None:
    """What happened so far reaches the function, as the bus would bring it."""
    consumed.everything(world, arrivals.handler, arrivals.consumer)


def arranged(product_id: str, *image_ids: str, **options: Any) -> Any:
    chosen = {"pictures": [{"image_id": one, "alt": {"en": f"Number {n}"}} for n, one in enumerate(image_ids)]}
    return seller("PUT", f"/v1/stores/{a.STORE}/products/{product_id}/pictures", chosen, **options)


# Sending


def test_an_address_takes_one_key_one_type_and_ten_megabytes(world):
    upload = seller("POST", IMAGES, {"content_type": "image/png"})
    assert upload.status == 201, upload.text
    assert upload.json["fields"]["key"] == f"incoming/{upload.json['image_id']}"
    assert (upload.json["fields"]["Content-Type"], upload.json["max_bytes"]) == ("image/png", 10 * 1024 * 1024)
    before = world.items()
    for wrong in ("image/svg+xml", "image/gif", "text/html"):
        assert seller("POST", IMAGES, {"content_type": wrong}).status == 422
    assert world.items() == before


def test_an_image_is_confirmed_rendered_and_public(world):
    image_id = an.announced(content=an.a_jpeg(2000, 1000, exif=an.told_of()))
    confirmed = seller("POST", f"{IMAGES}/{image_id}/confirm")
    assert (confirmed.status, confirmed.json["state"]) == (200, "rendering")
    assert an.keys("public") == []
    heard(world)
    ready = seller("GET", f"{IMAGES}/{image_id}").json
    assert (ready["state"], ready["width"], ready["height"]) == ("ready", 1600, 800)
    assert an.keys("public") == sorted(f"public/media/{image_id}/{width}.webp" for width in (320, 800, 1600))


def test_confirming_twice_is_confirming_once(world):
    image_id = an.announced()
    first = seller("POST", f"{IMAGES}/{image_id}/confirm").json
    assert seller("POST", f"{IMAGES}/{image_id}/confirm").json == first
    assert len(told(world, "ImageAdded")) == 1


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (an.SVG, "image/png"),
        (b"<html>" + an.a_png(), "image/png"),
        (an.a_jpeg(), "image/png"),
        (an.a_png(), "text/html"),
        (b"", "image/png"),
        (an.a_png() + b"\0" * rules.MAX_BYTES, "image/png"),
    ],
    ids=["script", "page before it", "other type", "page type", "empty", "too big"],
)
def test_what_is_no_image_by_its_first_bytes_is_refused_at_once(world, content, content_type):
    image_id = an.announced()
    an.arrived(image_id, content, content_type)
    before = world.items()
    refused = seller("POST", f"{IMAGES}/{image_id}/confirm")
    assert (refused.status, refused.json["code"]) == (422, "image_refused")
    assert (world.items(), an.keys("originals")) == (before, [])


def test_an_image_that_never_came_is_not_confirmed(world):
    upload = seller("POST", IMAGES, {"content_type": "image/png"}).json
    before = world.items()
    refused = seller("POST", f"{IMAGES}/{upload['image_id']}/confirm")
    assert (refused.status, refused.json["code"]) == (409, "image_not_uploaded")
    assert world.items() == before


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (an.a_png_that_claims(30_000, 30_000), "too_many_pixels"),
        (an.a_png()[:200], "unreadable"),
        (an.a_png(40, 40), "too_small"),
    ],
)
def test_what_only_looks_like_an_image_is_refused_when_it_is_rendered(world, content, reason):
    image_id = an.announced()
    an.arrived(image_id, content, "image/png")
    assert seller("POST", f"{IMAGES}/{image_id}/confirm").status == 200
    heard(world)
    refused = seller("GET", f"{IMAGES}/{image_id}").json
    assert (refused["state"], refused["reason"]) == ("refused", reason)
    assert an.keys("public") == []


def test_a_store_sends_so_many_images_a_day(world, monkeypatch):
    monkeypatch.setattr(rules, "A_DAY", 2)
    assert [seller("POST", IMAGES, {"content_type": "image/png"}).status for _ in range(3)] == [201, 201, 429]
    assert stranger("POST", f"/v1/stores/{a.OTHER_STORE}/images", {"content_type": "image/png"}).status == 201


def test_another_store_neither_sees_nor_uses_nor_confirms_an_image(world):
    image_id = an.announced()
    product = a.on_sale(a.OTHER_STORE).product_id
    before = world.items()
    for path in (f"{IMAGES}/{image_id}", f"/v1/stores/{a.OTHER_STORE}/images/{image_id}"):
        assert stranger("GET", path).status == 404
        assert stranger("POST", f"{path}/confirm").status == 404
    assert stranger("POST", IMAGES, {"content_type": "image/png"}).status == 404
    chosen = {"pictures": [{"image_id": an.ready()}]}
    before = world.items()
    taken = stranger("PUT", f"/v1/stores/{a.OTHER_STORE}/products/{product}/pictures", chosen)
    assert (taken.status, taken.json["code"]) == (404, "not_found")
    assert world.items() == before


# Showing


def test_pictures_are_shown_in_the_given_order_with_their_texts(world):
    offer = a.on_sale()
    first, second = an.ready(), an.ready()
    assert arranged(offer.product_id, first, second).status == 200
    shown = arranged(offer.product_id, second, first).json["pictures"]
    assert [one["image_id"] for one in shown] == [second, first]
    assert shown[0] == {"image_id": second, "alt": {"en": "Number 0"}, "width": 640, "height": 480}
    assert seller("GET", f"{IMAGES}/{first}").json["product_id"] == offer.product_id


def test_the_first_picture_stands_for_the_product_and_others_are_told_so(world):
    offer = a.on_sale()
    first, second = an.ready(), an.ready()
    arranged(offer.product_id, first)
    arranged(offer.product_id, first, second)  # nothing that a listing shows
    arranged(offer.product_id, second)
    assert [one["listing"]["image_id"] for one in told(world, "OfferChanged")] == [first, second]
    _, kept = goods().offer(offer.product_id, offer.offer_id)
    assert kept.card.image_id == second


def test_what_is_no_longer_shown_is_removed_for_good(world):
    offer, image_id = a.on_sale(), an.confirmed()
    heard(world)
    arranged(offer.product_id, image_id)
    assert arranged(offer.product_id).json["pictures"] == []
    heard(world)
    assert seller("GET", f"{IMAGES}/{image_id}").status == 404
    assert an.keys() == []


def test_an_image_is_shown_in_one_place_once(world):
    here, there, image_id = a.on_sale().product_id, a.on_sale().product_id, an.ready()
    assert arranged(here, image_id, image_id).json["code"] == "picture_twice"
    arranged(here, image_id)
    before = world.items()
    refused = arranged(there, image_id)
    assert (refused.status, refused.json["code"]) == (409, "image_shown_elsewhere")
    assert world.items() == before
    assert arranged(here, image_id).status == 200


@pytest.mark.parametrize("state", ["awaited", "refused"])
def test_what_was_not_confirmed_or_was_refused_is_not_shown(world, state):
    product_id, image_id = a.on_sale().product_id, an.announced()
    if state == "refused":
        images().keep(a.STORE, rules.refused(images().image(a.STORE, image_id), "unreadable"))
    before = world.items()
    refused = arranged(product_id, image_id)
    assert (refused.status, refused.json["code"]) == (409, "image_not_confirmed")
    assert world.items() == before


def test_a_picture_shown_before_it_was_rendered_gets_its_size_when_it_is(world):
    product_id, image_id = a.on_sale().product_id, an.confirmed()
    assert arranged(product_id, image_id).json["pictures"][0]["width"] == 0
    heard(world)
    [picture] = goods().product(product_id).pictures
    assert (picture.width, picture.height) == (640, 480)
    assert seller("GET", f"{IMAGES}/{image_id}").json["state"] == "ready"


def test_a_picture_that_turns_out_to_be_none_is_taken_away_again(world):
    offer, good = a.on_sale(), an.ready()
    bad = an.confirmed(content=an.a_jpeg()[:2000])
    arranged(offer.product_id, bad, good)
    heard(world)
    assert [one.image_id for one in goods().product(offer.product_id).pictures] == [good]
    assert told(world, "OfferChanged")[-1]["listing"]["image_id"] == good


def test_a_dozen_pictures_rendered_side_by_side_all_find_their_product(world, monkeypatch):
    """Between what one has read and what it writes, another one has written."""
    product_id, ids_ = a.on_sale().product_id, [an.confirmed() for _ in range(3)]
    arranged(product_id, *ids_)
    settle, waiting = pictures().settle, list(ids_[1:])

    def rivalled(owner: str, image: Any) -> None:
        if waiting:
            arrivals.render_image(consumed.received(arrivals.ImageAdded(image_id=waiting.pop(), owner=owner)))
        settle(owner, image)

    monkeypatch.setattr(pictures(), "settle", rivalled)
    arrivals.render_image(consumed.received(arrivals.ImageAdded(image_id=ids_[0], owner=a.STORE)))
    assert [one.width for one in goods().product(product_id).pictures] == [640, 640, 640]
    assert {images().image(a.STORE, one).state for one in ids_} == {"ready"}


def test_an_image_removed_while_it_was_rendered_leaves_nothing(world, monkeypatch):
    product_id, image_id = a.on_sale().product_id, an.confirmed()
    arranged(product_id, image_id)
    publish = files.publish

    def removed_meanwhile(*arguments: Any) -> None:
        publish(*arguments)
        arranged(product_id)

    monkeypatch.setattr(files, "publish", removed_meanwhile)
    arrivals.render_image(consumed.received(arrivals.ImageAdded(image_id=image_id, owner=a.STORE)))
    assert an.keys() == []


def test_events_that_come_twice_or_late_change_nothing(world):
    image_id = an.confirmed()
    heard(world)
    before = world.items()
    heard(world)
    assert world.items() == before
    gone = ids.new_id("img")
    arrivals.render_image(consumed.received(arrivals.ImageAdded(image_id=gone, owner=a.STORE)))
    assert (world.items(), len(an.keys("public"))) == (before, 3)
    assert seller("GET", f"{IMAGES}/{image_id}").json["state"] == "ready"


def test_only_the_last_version_is_arranged_anew(world):
    product_id, image_id = a.on_sale().product_id, an.ready()
    stale = arranged(product_id, image_id, headers={"If-Match": '"0"'})
    assert (stale.status, goods().product(product_id).pictures) == (412, [])


def test_a_store_arranges_neither_a_global_product_nor_anothers(world):
    shared = a.a_product(product_id=ids.new_id("prd"), store_id=None)
    goods().keep(shared, [], product_was=None)
    foreign, image_id = a.on_sale(a.OTHER_STORE).product_id, an.ready()
    before = world.items()
    for product_id in (shared.product_id, foreign, ids.new_id("prd")):
        assert arranged(product_id, image_id).status == 404
    assert world.items() == before


# The house's


def test_a_moderator_shows_pictures_of_a_global_product_and_leaves_a_track(world):
    shared = a.a_product(product_id=ids.new_id("prd"), store_id=None)
    goods().keep(shared, [], product_was=None)
    upload = a.as_moderator("POST", "/v1/images", {"content_type": "image/jpeg"}).json
    an.arrived(upload["image_id"], an.a_jpeg())
    assert a.as_moderator("POST", f"/v1/images/{upload['image_id']}/confirm").status == 200
    chosen = {"pictures": [{"image_id": upload["image_id"]}]}
    shown = a.as_moderator("PUT", f"/v1/products/{shared.product_id}/pictures", chosen)
    assert shown.json["pictures"][0]["image_id"] == upload["image_id"]
    heard(world)
    assert goods().product(shared.product_id).pictures[0].width == 640
    assert [one["action"] for one in told(world, "OperatorActed")] == [
        "announce_image",
        "confirm_image",
        "arrange_pictures",
    ]
    own = a.on_sale().product_id
    assert a.as_moderator("PUT", f"/v1/products/{own}/pictures", chosen).status == 404


def test_a_category_shows_one_image(world):
    category_id, first, second = a.a_category(), an.ready(rules.HOUSE), an.ready(rules.HOUSE)
    path = f"/v1/categories/{category_id}/image"
    assert a.as_moderator("PUT", path, {"image_id": first}).json["image_id"] == first
    again = a.as_moderator("PUT", path, {"image_id": first})
    assert (again.status, again.json["code"]) == (409, "image_shown_elsewhere")
    assert a.as_moderator("PUT", path, {"image_id": second}).json["image_id"] == second
    assert images().find(rules.HOUSE, first) is None
    assert a.public("GET", f"/v1/categories/{category_id}").json["image_id"] == second
    assert a.as_moderator("DELETE", path).json["image_id"] is None
    assert [one["image_id"] for one in told(world, "ImageRemoved")] == [first, second]


def test_a_category_waits_until_its_image_is_rendered(world):
    category_id, image_id = a.a_category(), an.confirmed(rules.HOUSE)
    before = world.items()
    refused = a.as_moderator("PUT", f"/v1/categories/{category_id}/image", {"image_id": image_id})
    assert (refused.status, refused.json["code"]) == (409, "image_not_ready")
    assert world.items() == before


# Two at once


def test_of_two_who_show_one_image_at_once_one_does(world):
    image_id = an.ready()
    image = images().image(a.STORE, image_id)
    here, there = (goods().product(a.on_sale().product_id) for _ in range(2))
    chosen = [ChosenPicture(image_id=image_id)]
    ways = [(one, rules.placed(one, chosen, {image_id: image}, clock.now())) for one in (here, there)]
    pictures().show(a.STORE, *ways[0], lambda _: None)
    with pytest.raises(ImageShownElsewhere):
        pictures().show(a.STORE, *ways[1], lambda _: None)
    assert [len(goods().product(one.product_id).pictures) for one in (here, there)] == [1, 0]


def test_the_names_in_events_are_ids_alone(world):
    an.confirmed()
    assert events.ImageAdded.model_fields.keys() == {"image_id", "owner"}


# In one call


def test_a_thing_of_ones_own_is_listed_with_its_pictures_in_one_call(world):
    first, second = an.ready(), an.confirmed()
    thing = {
        "texts": {"en": {"title": "Leica M3"}},
        "prices": {"EUR": 129_00},
        "condition": "used",
        "pictures": [{"image_id": first, "alt": {"en": "From above"}}, {"image_id": second}],
    }
    listed = seller("POST", f"/v1/stores/{a.STORE}/items", thing)
    assert listed.status == 201, listed.text
    product = listed.json["product"]
    assert ([one["image_id"] for one in product["pictures"]], product["version"]) == ([first, second], 1)
    assert told(world, "OfferListed")[0]["listing"]["image_id"] == first
    heard(world)
    assert [one.width for one in goods().product(product["product_id"]).pictures] == [640, 640]
    before = world.items()
    again = seller("POST", f"/v1/stores/{a.STORE}/items", thing)
    assert (again.status, again.json["code"]) == (409, "image_shown_elsewhere")
    foreign = stranger("POST", f"/v1/stores/{a.OTHER_STORE}/items", thing | {"pictures": [{"image_id": an.ready()}]})
    assert foreign.status == 404
    assert len(told(world, "OfferListed")) == 1
    assert [one for one in world.items() if one not in before and one["pk"]["S"].startswith("PRODUCT#")] == []


def test_a_picture_rendered_while_it_is_being_shown_gets_its_size_all_the_same(world, monkeypatch):
    product_id, image_id = a.on_sale().product_id, an.confirmed()
    keep, key = goods().keep, {"Idempotency-Key": "arranged-once"}

    def rendered_meanwhile(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(goods(), "keep", keep)
        heard(world)
        keep(*arguments, **options)

    monkeypatch.setattr(goods(), "keep", rendered_meanwhile)
    shown = arranged(product_id, image_id, headers=key)
    assert shown.status == 200, shown.text
    assert [one["width"] for one in shown.json["pictures"]] == [640]
    assert goods().product(product_id).pictures[0].width == 640
    assert arranged(product_id, image_id, headers=key).json == shown.json


def test_a_picture_refused_while_it_is_being_shown_is_not_shown(world, monkeypatch):
    image_id = an.confirmed(content=an.a_jpeg()[:2000])
    keep = goods().keep

    def refused_meanwhile(*arguments: Any, **options: Any) -> None:
        monkeypatch.setattr(goods(), "keep", keep)
        heard(world)
        keep(*arguments, **options)

    monkeypatch.setattr(goods(), "keep", refused_meanwhile)
    thing = {"texts": {"en": {"title": "Leica M3"}}, "prices": {"EUR": 1_00}, "pictures": [{"image_id": image_id}]}
    refused = seller("POST", f"/v1/stores/{a.STORE}/items", thing)
    assert (refused.status, refused.json["code"]) == (409, "image_not_confirmed")
    assert told(world, "OfferListed") == []


# Time


def test_an_image_that_nobody_shows_is_gone_after_a_week(world, monkeypatch):
    unused, shown, product_id = an.ready(), an.ready(), a.on_sale().product_id
    arranged(product_id, shown)
    heard(world)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=6))
    sweep.remove_unused_images(clock.now())
    assert images().find(a.STORE, unused)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=7, minutes=1))
    sweep.remove_unused_images(clock.now())
    assert (images().find(a.STORE, unused), bool(images().find(a.STORE, shown))) == (None, True)
    heard(world)
    assert {key.split("/")[1] for key in an.keys("originals")} == {shown}
    assert list(images().over(clock.now())) == []
    after = world.items()
    sweep.remove_unused_images(clock.now())
    assert world.items() == after


def test_an_image_shown_at_the_moment_it_is_to_go_stays(world, monkeypatch):
    image_id, product_id = an.ready(), a.on_sale().product_id
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + timedelta(days=8))
    settle = images().settle

    def shown_meanwhile(*arguments: Any) -> None:
        arranged(product_id, image_id)
        monkeypatch.setattr(images(), "settle", settle)
        settle(*arguments)

    monkeypatch.setattr(images(), "settle", shown_meanwhile)
    sweep.remove_unused_images(clock.now())
    image = images().image(a.STORE, image_id)
    assert image.product_id == product_id
    sweep.remove_unused_images(clock.now())
    assert images().image(a.STORE, image_id) == image
