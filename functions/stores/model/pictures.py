"""A store's logo and cover."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import ids
from kernel.errors import Conflict, DomainError
from kernel.http import Answer, Request

PictureId = Annotated[str, StringConstraints(pattern=ids.pattern("pic"))]
PictureKind = Literal["logo", "cover"]
PictureType = Literal["image/png", "image/jpeg", "image/webp"]  # never SVG: it can carry a script


class Pictures(Answer):
    logo: PictureId | None = None
    cover: PictureId | None = None


class NewPicture(Request):
    content_type: PictureType


class PictureChoice(Request):
    picture_id: PictureId


class PictureUpload(Answer):
    """Send the file to `url` as multipart/form-data: all fields first, the file last, named `file`."""

    picture_id: PictureId
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "incoming/…", "policy": "…"}])]
    max_bytes: Annotated[int, Field(examples=[524288])]
    expires_at: datetime


class PictureLinks(Answer):
    """Good for an hour."""

    logo: Annotated[str | None, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/pictures/…"])]
    cover: Annotated[str | None, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/pictures/…"])]
    expires_at: datetime


class StorePictureNotUploaded(Conflict):
    """The picture has not arrived. Send it to the address you were given, then choose it."""


class StorePictureRefused(DomainError):
    """This is no picture that a store can show: a PNG, JPEG or WebP of the size that was allowed."""

    status = 422
