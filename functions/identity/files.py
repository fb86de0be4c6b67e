"""Where files of people lie: their picture and their exports, in a private bucket, each below their id."""

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.identity.model.avatars import PictureMissing, PictureRefused, PictureType
from functions.identity.rules import avatars
from kernel import aws, settings, uploads


def put(key: str, body: bytes, content_type: str) -> None:
    _s3().put_object(Bucket=_bucket(), Key=key, Body=body, ContentType=content_type)


def read(key: str) -> bytes | None:
    """None: there is no such object. S3 tells whoever may not list a bucket so by refusing."""
    try:
        content: bytes = _s3().get_object(Bucket=_bucket(), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchKey", "AccessDenied"):
            return None
        raise
    return content


def remove(*keys: str) -> None:
    uploads.remove(*keys)


def link(key: str, *, name: str, life: timedelta) -> str:
    return uploads.link(key, life=life, name=name)


def picture_link(key: str, content_type: PictureType) -> str:
    """Shown by browsers: its type was looked at."""
    return uploads.link(key, life=avatars.LINK_LIFE, content_type=content_type)


def picture_form(key: str, content_type: PictureType) -> uploads.Form:
    return uploads.form(key, content_type, most_bytes=avatars.MAX_BYTES, life=avatars.UPLOAD_LIFE)


def keep_picture(uploaded: str, kept: str) -> PictureType:
    return uploads.keep(uploaded, kept, avatars.picture_type, missing=PictureMissing, refused=PictureRefused)


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
