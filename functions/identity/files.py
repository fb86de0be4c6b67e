"""The only code that speaks to S3: a person's picture and their exports, in a private bucket, each below their id."""

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.identity.model.avatars import PictureMissing, PictureRefused, PictureType
from functions.identity.rules import avatars
from kernel import aws, settings


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
    """Safe to repeat."""
    for key in keys:
        _s3().delete_object(Bucket=_bucket(), Key=key)


def link(key: str, *, name: str, life: timedelta, content_type: str = "") -> str:
    """Good for a few minutes. Without a content type that was checked, browsers save it and show nothing of it."""
    shown = {"ResponseContentDisposition": f'attachment; filename="{name}"'}
    if content_type:
        shown = {"ResponseContentType": content_type}
    parameters = {"Bucket": _bucket(), "Key": key, **shown}
    return str(_s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=int(life.total_seconds())))


def upload(key: str, content_type: str, *, most: int, life: timedelta) -> tuple[str, dict[str, str]]:
    """Takes exactly this key and type and so many bytes; S3 refuses everything else."""
    signed = _s3().generate_presigned_post(
        Bucket=_bucket(),
        Key=key,
        Fields={"Content-Type": content_type},
        Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, most]],
        ExpiresIn=int(life.total_seconds()),
    )
    return str(signed["url"]), dict(signed["fields"])


def keep_picture(uploaded: str, kept: str) -> PictureType:
    """Copied as it was looked at, or not at all: the upload's address could be written to once more in between."""
    try:
        answer = _s3().get_object(Bucket=_bucket(), Key=uploaded, Range=f"bytes=0-{avatars.HEAD_BYTES - 1}")
        size_bytes = int(answer["ContentRange"].rpartition("/")[2])
        found = avatars.picture_type(answer["Body"].read(), size_bytes)
        _s3().copy_object(
            Bucket=_bucket(),
            Key=kept,
            CopySource={"Bucket": _bucket(), "Key": uploaded},
            CopySourceIfMatch=answer["ETag"],
            ContentType=found,
            MetadataDirective="REPLACE",
        )
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "NoSuchKey" | "AccessDenied":
                raise PictureMissing() from error
            case "InvalidRange" | "PreconditionFailed":  # empty, or another file than a moment ago
                raise PictureRefused() from error
        raise
    return found


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
