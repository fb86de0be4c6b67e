"""The only code that decodes pictures: from what a stranger sent to what everyone may see.

Nothing of the file itself is published. Pixels are written anew, so what else was in it (the place it was taken at, the
camera's number, a second file behind the first) stays behind; and what would take a decoder to its knees is refused by
what it claims to be, before it is decoded.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageFile, ImageOps

from functions.catalog.model.images import Blemish
from functions.catalog.rules import images as rules

CONTENT_TYPE = "image/webp"
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 80
SLENDER = 2  # times as high as wide: what is higher becomes narrower, for no page has room for it

Image.MAX_IMAGE_PIXELS = None  # it only warns, and at a limit of its own: ours is asked before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """`contents` by nominal width; the size is that of the largest."""

    contents: dict[int, bytes]
    width: int
    height: int


class Spoiled(Exception):
    """It can never be shown: trying again would not help."""

    def __init__(self, reason: Blemish) -> None:
        super().__init__(reason)
        self.reason: Blemish = reason


def render(content: bytes) -> Rendered:
    image = _decoded(content)
    contents, largest = dict[int, bytes](), (0, 0)
    for width, rendition in _renditions(image):
        contents[width] = _written(rendition)
        largest = max(largest, rendition.size)
    return Rendered(contents, *largest)


def _decoded(content: bytes) -> Image.Image:
    _spare(rules.claimed_by_webp(content))
    if content.startswith(b"\xff\xd8") and rules.scans_of_jpeg(content) > rules.MAX_SCANS:
        raise Spoiled("too_intricate")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            _spare(opened.size)
            opened.draft("RGB", _wanted_of(*opened.size))  # a JPEG is decoded smaller at once
            upright = ImageOps.exif_transpose(opened)
            return _in_common_colours(upright)
    except Spoiled:
        raise
    except Exception as error:  # whatever a decoder makes of a stranger's bytes: it cannot be shown
        raise Spoiled("unreadable") from error


def _spare(size: tuple[int, int] | None) -> None:
    if size and (reason := rules.blemish_of(*size)):
        raise Spoiled(reason)


def _wanted_of(width: int, height: int) -> tuple[int, int]:
    """How much of it is needed, whichever way up it turns out to be."""
    wide = max(rules.WIDTHS)
    scale = max(min(wide / width, wide * SLENDER / height), min(wide / height, wide * SLENDER / width))
    return math.ceil(width * scale), math.ceil(height * scale)


def _in_common_colours(image: Image.Image) -> Image.Image:
    """sRGB, with transparency where there is any. Without its profile, a wide-gamut photo would turn pale."""
    if image.mode.startswith("I"):  # sixteen bits of grey: the upper eight are what a screen shows
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    profile = image.info.get("icc_profile")
    plain = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if profile and image.mode == "RGB":
        plain = _from_profile(plain, profile)
    plain.info.clear()
    return plain


def _from_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB")) or image
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return image  # a broken profile is no reason to refuse a sound photo


def _renditions(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """The widest first, and each from the one before: the less there is to shrink, the sooner it is done."""
    for width in sorted(rules.WIDTHS, reverse=True):
        image = image.copy()
        image.thumbnail((width, width * SLENDER), Image.Resampling.LANCZOS)
        yield width, image


def _written(image: Image.Image) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
