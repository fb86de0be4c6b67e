"""Logos and covers for tests: bytes that are what they say, and some that lie."""

from typing import Any

from functions.stores.rules import pictures as rules
from kernel import aws, ids, settings
from kernel.authz import Principal

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 64
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 64
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def arrived(store_id: str, content: bytes = PNG, content_type: str = "image/png") -> str:
    """A picture that was sent to the address of an announced one; its id."""
    picture_id = ids.new_id("pic")
    key = rules.incoming(store_id, picture_id)
    aws.client("s3").put_object(Bucket=settings.env("BUCKET"), Key=key, Body=content, ContentType=content_type)
    return picture_id


def body_for(operation: str, who: Principal, things: dict[str, str]) -> dict[str, Any]:
    return {"picture_id": arrived(things["store_id"])} if operation == "choose_picture" else {}
