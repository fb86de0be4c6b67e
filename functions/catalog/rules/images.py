"""Which files are images, where they lie, how they may be used, and what is too much for a decoder."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from functions.catalog.model.images import (
    Blemish,
    ChosenPicture,
    Image,
    ImageNotConfirmed,
    ImageNotReady,
    ImageRefused,
    ImageShownElsewhere,
    ImageType,
    NoSuchImage,
    PictureTwice,
)
from functions.catalog.model.offers import Offer
from functions.catalog.model.products import Picture, Product
from functions.catalog.rules.listings import changed
from kernel.file_types import Arrived

UPLOAD_LIFE = timedelta(minutes=30)  # a dozen photos over a bad connection
UNUSED_LIFE = timedelta(days=7)
MAX_BYTES = 10 * 1024 * 1024
TYPES: tuple[ImageType, ...] = ("image/png", "image/jpeg", "image/webp")
A_DAY = 5_000

WIDTHS = (320, 800, 1600)
MAX_PIXELS = 50_000_000  # a decoder takes four bytes for each
MAX_SIDE = 16_000
MIN_SIDE = 64
MAX_SCANS = 100  # a JPEG can ask to be decoded a thousand times over, each time as a whole
HOUSE = "metco"  # the owner of what moderators send


def incoming(image_id: str) -> str:
    return f"incoming/{image_id}"


def original(image_id: str) -> str:
    """Kept to render other widths from one day; nobody is ever given its address."""
    return f"originals/{image_id}"


def published(image_id: str, width: int) -> str:
    """At /media/… for everyone: the edge serves what lies below public/, and nothing else of the bucket."""
    return f"public/media/{image_id}/{width}.webp"


def all_keys(image_id: str) -> list[str]:
    return [incoming(image_id), original(image_id), *(published(image_id, width) for width in WIDTHS)]


def type_of(arrived: Arrived) -> ImageType:
    """What it is by its first bytes, which is also what it must have been announced as."""
    found = arrived.type_among(TYPES)
    if not found or found != arrived.announced or not 0 < arrived.size_bytes <= MAX_BYTES:
        raise ImageRefused()
    return found


# From one state to the next


def announced(image_id: str, now: datetime) -> Image:
    return Image(image_id=image_id, state="awaited", expires_at=now + UNUSED_LIFE)


def confirmed(image: Image) -> Image:
    """Confirming twice is confirming once."""
    return _next(image, state="rendering") if image.state == "awaited" else image


def rendered(image: Image, size: tuple[int, int]) -> Image:
    return _next(image, state="ready", width=size[0], height=size[1])


def refused(image: Image, reason: Blemish) -> Image:
    return _next(image, state="refused", reason=reason)


def shown_with(image: Image, product_id: str) -> Image:
    """One place only: taken away there, its files can go. A product need not wait for its pictures to be rendered."""
    if image.state in ("awaited", "refused"):
        raise ImageNotConfirmed()
    if image.shown:
        raise ImageShownElsewhere()
    return _next(image, product_id=product_id, expires_at=None)


def shown_on(image: Image, category_id: str) -> Image:
    if image.state != "ready":
        raise ImageNotReady()
    if image.shown:
        raise ImageShownElsewhere()
    return _next(image, category_id=category_id, expires_at=None)


def all_of(found: Mapping[str, Image], wanted: Sequence[str]) -> list[Image]:
    """Every wanted one, or the refusal to name one that is not the asker's."""
    if any(image_id not in found for image_id in wanted):
        raise NoSuchImage()
    return [found[image_id] for image_id in wanted]


def unused(image: Image, now: datetime) -> bool:
    return bool(not image.shown and image.expires_at and now >= image.expires_at)


def _next(image: Image, **parts: object) -> Image:
    return image.model_copy(update={**parts, "version": image.version + 1})


# Where they are shown


@dataclass(frozen=True, slots=True)
class Placement:
    """What follows from a product's pictures being these: which images are shown from now on, and which go."""

    product: Product
    shown: list[Image]
    gone: list[str]


def placed(product: Product, wanted: Sequence[ChosenPicture], found: Mapping[str, Image], now: datetime) -> Placement:
    """`found` has the images that the product does not show yet. What it showed and no longer shows is removed."""
    had = {one.image_id: one for one in product.pictures}
    ids = [one.image_id for one in wanted]
    if len(set(ids)) < len(ids):
        raise PictureTwice()
    new = [shown_with(image, product.product_id) for image in all_of(found, [id for id in ids if id not in had])]
    sizes = {one.image_id: (one.width, one.height) for one in had.values()}
    sizes |= {one.image_id: (one.width, one.height) for one in new}
    pictures = [
        Picture(image_id=one.image_id, alt=one.alt, width=sizes[one.image_id][0], height=sizes[one.image_id][1])
        for one in wanted
    ]
    return Placement(pictured(product, pictures, now), new, [image_id for image_id in had if image_id not in ids])


def placed_first(
    product: Product, wanted: Sequence[ChosenPicture], found: Mapping[str, Image], now: datetime
) -> Placement:
    """The pictures that a product begins with are a part of its first version."""
    placement = placed(product, wanted, found, now)
    first = placement.product.model_copy(update={"version": product.version})
    return replace(placement, product=first)


def looked_at_again(placement: Placement, found: Mapping[str, Image]) -> Placement:
    """The images that are to be shown were changed since: by now they are rendered, or cannot be shown any more."""
    product = placement.product
    new = [shown_with(image, product.product_id) for image in all_of(found, [one.image_id for one in placement.shown])]
    sizes = {one.image_id: {"width": one.width, "height": one.height} for one in new}
    pictures = [one.model_copy(update=sizes.get(one.image_id, {})) for one in product.pictures]
    return replace(placement, product=product.model_copy(update={"pictures": pictures}), shown=new)


def settled(product: Product, image: Image, now: datetime) -> Product:
    """An image that was shown before it was rendered: now its size is known, or it cannot be shown at all."""
    pictures = [
        one.model_copy(update={"width": image.width, "height": image.height}) if one.image_id == image.image_id else one
        for one in product.pictures
        if one.image_id != image.image_id or image.state != "refused"
    ]
    return pictured(product, pictures, now) if pictures != product.pictures else product


def pictured(product: Product, pictures: Sequence[Picture], now: datetime) -> Product:
    parts = {"pictures": list(pictures), "updated_at": now, "version": product.version + 1}
    return product.model_copy(update=parts)


def first_of(product: Product) -> str | None:
    return product.pictures[0].image_id if product.pictures else None


def recarded(product: Product, offers: Iterable[Offer], now: datetime) -> list[tuple[Offer, Offer]]:
    """Offers show the product's first picture: those for which it is another one, before and after."""
    first = first_of(product)
    return [
        (one, changed(one, now, card=one.card.model_copy(update={"image_id": first})))
        for one in offers
        if one.card.image_id != first
    ]


# What a decoder is spared


def blemish_of(width: int, height: int) -> Blemish | None:
    """By the size that the file claims, before a byte of it is decoded: a few kilobytes can claim terabytes."""
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        return "too_many_pixels"
    return "too_small" if min(width, height) < MIN_SIDE else None


def claimed_by_webp(content: bytes) -> tuple[int, int] | None:
    """Width and height as a WebP's first chunk says: its decoder sets aside memory for them before it can be asked."""
    kind, body = content[12:16], content[20:30]
    if len(body) < 10:
        return None
    match kind:
        case b"VP8X":
            return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        case b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
            return width & 0x3FFF, height & 0x3FFF
    return None


def scans_of_jpeg(content: bytes) -> int:
    """How often its pixels are gone over. In packed data 0xFF is followed by zero, so the marker is not found there."""
    return content.count(b"\xff\xda")
