"""Which files are pictures, by their content, and where they lie."""

from datetime import timedelta

from functions.stores.model.pictures import PictureKind, PictureType, StorePictureRefused

UPLOAD_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(hours=1)
MAX_BYTES: dict[PictureKind, int] = {"logo": 512 * 1024, "cover": 4 * 1024 * 1024}
HEAD_BYTES = 16


def incoming(store_id: str, picture_id: str) -> str:
    """Where a picture arrives. Whoever was given its address may write there again: it is read once, and copied."""
    return f"incoming/{store_id}/{picture_id}"


def kept(store_id: str, picture_id: str) -> str:
    """Where a chosen picture lies: no address for writing here is ever handed out."""
    return f"pictures/{store_id}/{picture_id}"


def type_of(head: bytes, announced: str, size_bytes: int, kind: PictureKind) -> PictureType:
    """What it is by its first bytes, which is also what it must have been announced as."""
    found: PictureType | None = None
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        found = "image/png"
    elif head.startswith(b"\xff\xd8\xff"):
        found = "image/jpeg"
    elif head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        found = "image/webp"
    if not found or found != announced or not 0 < size_bytes <= MAX_BYTES[kind]:
        raise StorePictureRefused()
    return found
