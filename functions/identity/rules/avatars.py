"""Decisions about pictures: what a file is, by what is in it."""

from datetime import datetime, timedelta

from functions.identity.model.avatars import Avatar, KeptAvatar, PictureRefused, PictureType

MAX_BYTES = 2_000_000
MIN_BYTES = 64  # no picture is smaller
HEAD_BYTES = 16
UPLOAD_LIFE = timedelta(minutes=10)
LINK_LIFE = timedelta(minutes=5)


def picture_type(head: bytes, size_bytes: int) -> PictureType:
    """Name and declared type are whatever the sender likes; the first bytes are what browsers go by."""
    if MIN_BYTES <= size_bytes <= MAX_BYTES:
        if head.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return "image/webp"
    raise PictureRefused()


def replaced(current: KeptAvatar, found: PictureType, now: datetime) -> Avatar:
    return Avatar(content_type=found, set_at=now, version=current.version + 1)


def removed(current: KeptAvatar) -> KeptAvatar:
    return KeptAvatar(version=current.version + 1)
