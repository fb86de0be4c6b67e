"""Pictures for tests: real ones, drawn here, and files that claim to be some."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
LEFT, RIGHT = (200, 30, 30), (30, 30, 200)


def drawn(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right: whoever turns it can be told."""
    image = Image.new("RGB", (width, height), LEFT)
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill=RIGHT)
    return image.convert(mode)


def file_of(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def a_jpeg(width: int = 640, height: int = 480, **options: Any) -> bytes:
    return file_of(drawn(width, height), "JPEG", **options)


def a_png(width: int = 640, height: int = 480, mode: str = "RGB") -> bytes:
    return file_of(drawn(width, height, mode), "PNG")


def told_of(orientation: int = 1, *, place: str = "48.8584 N", camera: str = "serial 0042") -> Image.Exif:
    """What a telephone writes into a photo."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x0110] = camera
    exif.get_ifd(0x8825)[0x001D] = place
    return exif


def a_wide_profile() -> bytes:
    """sRGB's own, under another name: enough to see that no profile is published."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def a_png_that_claims(width: int, height: int) -> bytes:
    """A few bytes that would take a decoder width × height × 4 of memory."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def a_webp_that_claims(width: int, height: int) -> bytes:
    canvas = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body
