"""Which files are pictures, by their content, and where they lie."""

from datetime import timedelta

from functions.stores.model.pictures import PictureKind, PictureType, StorePictureRefused
from kernel.file_types import Arrived

UPLOAD_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(hours=1)
MAX_BYTES: dict[PictureKind, int] = {"logo": 512 * 1024, "cover": 4 * 1024 * 1024}
TYPES: tuple[PictureType, ...] = ("image/png", "image/jpeg", "image/webp")


def incoming(store_id: str, picture_id: str) -> str:
    """Where a picture arrives. Whoever was given its address may write there again: it is read once, and copied."""
    return f"incoming/{store_id}/{picture_id}"


def kept(store_id: str, picture_id: str) -> str:
    """Where a chosen picture lies: no address for writing here is ever handed out."""
    return f"pictures/{store_id}/{picture_id}"


def type_of(arrived: Arrived, kind: PictureKind) -> PictureType:
    """What it is by its first bytes, which is also what it must have been announced as."""
    found = arrived.type_among(TYPES)
    if not found or found != arrived.announced or not 0 < arrived.size_bytes <= MAX_BYTES[kind]:
        raise StorePictureRefused()
    return found
