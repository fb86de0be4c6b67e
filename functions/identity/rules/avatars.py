"""Decisions about pictures: what a file is, by what is in it."""

from datetime import datetime, timedelta

from functions.identity.model.avatars import Avatar, KeptAvatar, PictureRefused, PictureType
from kernel.file_types import Arrived

MAX_BYTES = 2_000_000
MIN_BYTES = 64  # no picture is smaller
PICTURES: tuple[PictureType, ...] = ("image/jpeg", "image/png", "image/webp")
UPLOAD_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(minutes=5)


def picture_type(arrived: Arrived) -> PictureType:
    """Name and declared type are whatever the sender likes; the first bytes are what browsers go by."""
    found = arrived.type_among(PICTURES)
    if not found or not MIN_BYTES <= arrived.size_bytes <= MAX_BYTES:
        raise PictureRefused()
    return found


def replaced(current: KeptAvatar, found: PictureType, now: datetime) -> Avatar:
    return Avatar(content_type=found, set_at=now, version=current.version + 1)


def removed(current: KeptAvatar) -> KeptAvatar:
    return KeptAvatar(version=current.version + 1)
