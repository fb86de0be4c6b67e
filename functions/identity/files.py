"""The only code that speaks to S3: a person's picture and their exports, in a private bucket, each below their id."""

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

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


def link(key: str, *, name: str, life: timedelta) -> str:
    """Good for a few minutes, and always saved to a file: nothing of ours is shown by a browser under that address."""
    parameters = {"Bucket": _bucket(), "Key": key, "ResponseContentDisposition": f'attachment; filename="{name}"'}
    signed = _s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=int(life.total_seconds()))
    return str(signed)


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
