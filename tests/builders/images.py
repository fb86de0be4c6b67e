"""Pictures for tests: real ones, drawn here, and files that claim to be some."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms, ImageDraw

from functions.catalog import files
from functions.catalog.rules import images as rules
from functions.catalog.store.goods import goods
from functions.catalog.store.images import images
from kernel import aws, clock, ids, settings
from kernel.authz import Principal
from tests.builders import catalog

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
STORE = "sto_00000000000000000000000000"
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


# In the bucket and the table


def arrived(image_id: str, content: bytes, content_type: str = "image/jpeg") -> None:
    """Sent to the address that its announcement gave."""
    bucket = settings.env("BUCKET")
    aws.client("s3").put_object(Bucket=bucket, Key=rules.incoming(image_id), Body=content, ContentType=content_type)


def announced(owner: str = STORE, content: bytes | None = None) -> str:
    """Sent, and not confirmed yet; its id."""
    image = rules.announced(ids.new_id("img"), clock.now())
    images().announce(owner, image, clock.now(), None)
    arrived(image.image_id, content if content is not None else a_jpeg())
    return image.image_id


def confirmed(owner: str = STORE, content: bytes | None = None) -> str:
    image_id = announced(owner, content)
    files.keep_image(image_id)
    images().confirm(owner, rules.confirmed(images().image(owner, image_id)), None)
    return image_id


def ready(owner: str = STORE) -> str:
    """As if it had been rendered."""
    image_id = confirmed(owner)
    images().keep(owner, rules.rendered(images().image(owner, image_id), (640, 480)))
    return image_id


def keys(prefix: str = "") -> list[str]:
    """What lies in the bucket."""
    listed = aws.client("s3").list_objects_v2(Bucket=settings.env("BUCKET"), Prefix=prefix)
    return [one["Key"] for one in listed.get("Contents", [])]


# For the access matrix and the other tests that call every route


def things_of(user_id: str) -> dict[str, str]:
    return {"image_id": ids.derived_id("img", user_id)}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    owner = rules.HOUSE if "house" in operation else things.get("store_id", "")
    match operation:
        case "confirm_image" | "confirm_house_image":
            return things | {"image_id": announced(owner)}, {}
        case "read_image" | "read_house_image":
            return things | {"image_id": ready(owner)}, {}
        case "arrange_pictures":
            product_id = catalog.on_sale(owner).product_id
            return things | {"product_id": product_id}, {"pictures": [{"image_id": ready(owner)}]}
        case "arrange_global_pictures":
            product = catalog.a_product(product_id=ids.new_id("prd"), store_id=None)
            goods().keep(product, [], product_was=None)
            return things | {"product_id": product.product_id}, {"pictures": [{"image_id": ready(rules.HOUSE)}]}
        case "show_category_image":
            return things, {"image_id": ready(rules.HOUSE)}
    return things, {}
