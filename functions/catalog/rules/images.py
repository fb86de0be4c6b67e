"""Which files are images, where they lie, how they may be used, and what is too much for a decoder."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from functions.catalog.model.images import (
    Blemish,
    Image,
    ImageNotConfirmed,
    ImageRefused,
    ImageShownElsewhere,
    ImageType,
    NoSuchImage,
)
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


def shown(image: Image, *, product_id: str | None = None, category_id: str | None = None) -> Image:
    """One place only: taken away there, its files can go."""
    if image.state in ("awaited", "refused"):
        raise ImageNotConfirmed()
    if image.shown and (image.product_id, image.category_id) != (product_id, category_id):
        raise ImageShownElsewhere()
    return _next(image, product_id=product_id, category_id=category_id, expires_at=None)


def all_of(found: Mapping[str, Image], wanted: Sequence[str]) -> list[Image]:
    """Every wanted one, or the refusal to name one that is not the asker's."""
    if any(image_id not in found for image_id in wanted):
        raise NoSuchImage()
    return [found[image_id] for image_id in wanted]


def unused(image: Image, now: datetime) -> bool:
    return bool(not image.shown and image.expires_at and now >= image.expires_at)


def _next(image: Image, **parts: object) -> Image:
    return image.model_copy(update={**parts, "version": image.version + 1})


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
