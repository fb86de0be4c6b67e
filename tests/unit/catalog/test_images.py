from datetime import timedelta

import pytest

from functions.catalog.model.images import (
    ChosenPicture,
    Image,
    ImageNotConfirmed,
    ImageNotReady,
    ImageRefused,
    ImageShownElsewhere,
    NoSuchImage,
    PictureTwice,
)
from functions.catalog.model.products import Picture, Product
from functions.catalog.rules import images as rules
from kernel.file_types import Arrived
from tests.builders import catalog as a

ONE, TWO, THREE = (f"img_{number:026}" for number in range(3))
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 8


def an_image(image_id: str = ONE, state: str = "ready", **said: object) -> Image:
    return Image.model_validate({"image_id": image_id, "state": state, "width": 640, "height": 480, **said})


def showing(*image_ids: str) -> Product:
    return a.a_product(pictures=[Picture(image_id=one, width=1600, height=1200) for one in image_ids])


def chosen(*image_ids: str) -> list[ChosenPicture]:
    return [ChosenPicture(image_id=one) for one in image_ids]


@pytest.mark.parametrize(
    ("announced", "size_bytes"), [("image/jpeg", 16), ("image/png", 0), ("image/png", rules.MAX_BYTES + 1)]
)
def test_an_image_is_what_it_was_announced_as_and_no_larger_than_allowed(announced: str, size_bytes: int):
    assert rules.type_of(Arrived(PNG, "image/png", rules.MAX_BYTES)) == "image/png"
    with pytest.raises(ImageRefused):
        rules.type_of(Arrived(PNG, announced, size_bytes))


def test_confirming_twice_is_confirming_once():
    confirmed = rules.confirmed(rules.announced(ONE, a.NOON))
    assert (confirmed.state, confirmed.version) == ("rendering", 2)
    assert rules.confirmed(confirmed) is confirmed


@pytest.mark.parametrize(
    ("image", "refusal"),
    [
        (an_image(state="awaited"), ImageNotConfirmed),
        (an_image(state="refused"), ImageNotConfirmed),
        (an_image(product_id=a.PRODUCT), ImageShownElsewhere),
        (an_image(category_id=a.CATEGORY), ImageShownElsewhere),
    ],
)
def test_an_image_is_shown_once_it_is_confirmed_and_in_one_place(image: Image, refusal: type[Exception]):
    with pytest.raises(refusal):
        rules.shown_with(image, a.PRODUCT)


def test_a_product_need_not_wait_for_its_pictures_but_a_category_does():
    rendering = an_image(state="rendering", expires_at=a.NOON)
    assert rules.shown_with(rendering, a.PRODUCT).expires_at is None
    with pytest.raises(ImageNotReady):
        rules.shown_on(rendering, a.CATEGORY)


def test_pictures_are_placed_in_the_given_order_and_what_is_left_out_goes():
    placed = rules.placed(showing(ONE, TWO), chosen(THREE, TWO), {THREE: an_image(THREE)}, a.NOON)
    assert [(one.image_id, one.width) for one in placed.product.pictures] == [(THREE, 640), (TWO, 1600)]
    assert ([one.image_id for one in placed.shown], placed.gone) == ([THREE], [ONE])
    assert placed.product.version == 2


@pytest.mark.parametrize(("wanted", "refusal"), [((ONE, ONE), PictureTwice), ((THREE,), NoSuchImage)])
def test_an_image_is_named_once_and_must_be_the_stores_own(wanted: tuple[str, ...], refusal: type[Exception]):
    with pytest.raises(refusal):
        rules.placed(showing(ONE), chosen(*wanted), {}, a.NOON)


def test_what_turns_out_to_be_no_image_leaves_the_product_and_the_rest_in_order():
    after = rules.settled(showing(ONE, TWO, THREE), rules.refused(an_image(TWO, "rendering"), "unreadable"), a.NOON)
    assert [one.image_id for one in after.pictures] == [ONE, THREE]
    same = showing(ONE)
    assert rules.settled(same, rules.refused(an_image(TWO, "rendering"), "unreadable"), a.NOON) is same


def test_offers_follow_only_when_another_picture_is_the_first():
    offer = a.an_offer(card=a.an_offer().card.model_copy(update={"image_id": ONE}))
    assert rules.recarded(showing(ONE, TWO), [offer], a.NOON) == []
    [(before, after)] = rules.recarded(showing(TWO, ONE), [offer], a.NOON)
    assert (before.card.image_id, after.card.image_id, after.version) == (ONE, TWO, 2)


@pytest.mark.parametrize(
    ("image", "later", "gone"),
    [
        (rules.announced(ONE, a.NOON), timedelta(days=7), True),
        (rules.announced(ONE, a.NOON), timedelta(days=6, hours=23), False),
        (an_image(product_id=a.PRODUCT), timedelta(days=700), False),
    ],
)
def test_an_image_that_nobody_shows_goes_after_a_week(image: Image, later: timedelta, gone: bool):
    assert rules.unused(image, a.NOON + later) is gone


@pytest.mark.parametrize(
    ("size", "blemish"),
    [
        ((64, 64), None),
        ((10_000, 5_000), None),
        ((16_000, 3_125), None),
        ((10_000, 5_001), "too_many_pixels"),
        ((16_001, 100), "too_many_pixels"),
        ((63, 100), "too_small"),
        ((0, 0), "too_small"),
    ],
)
def test_a_size_is_judged_before_anything_is_decoded(size: tuple[int, int], blemish: str | None):
    assert rules.blemish_of(*size) == blemish
