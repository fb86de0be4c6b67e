"""A person's picture."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from kernel.errors import Conflict, DomainError
from kernel.http import Answer, Request

PictureType = Literal["image/jpeg", "image/png", "image/webp"]


class AvatarRequest(Request):
    content_type: PictureType


class AvatarUpload(Answer):
    """Send the file as a form (multipart/form-data) with these fields before it, then confirm."""

    url: Annotated[str, Field(examples=["https://metco-identity.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "uploads/usr_01k6m2q8vx4c7e9r1t3y5w7zab"}])]
    max_bytes: Annotated[int, Field(examples=[2_000_000])]
    expires_at: datetime


class Avatar(Answer):
    content_type: PictureType
    set_at: datetime
    version: Annotated[int, Field(examples=[1])]


class KeptAvatar(Answer):
    """The row stays when the picture goes, so that no version is used twice."""

    content_type: PictureType | None = None
    set_at: datetime | None = None
    version: int = 0


class AvatarLink(Answer):
    url: Annotated[str, Field(examples=["https://metco-identity.s3.eu-west-1.amazonaws.com/avatars/…"])]
    expires_at: datetime


class PictureRefused(DomainError):
    """This is not a JPEG, PNG or WebP picture of at most 2 MB, whatever it is called. Upload another one."""

    status = 422


class PictureMissing(DomainError):
    """Nothing was uploaded, or too long ago. Ask for an upload and send the file there first."""

    status = 409


class AvatarMoved(Conflict):
    """The picture was changed in the meantime. Look again."""
