"""Files that people send straight to the domain's bucket: a form for one, a look at what arrived, a copy, a link.

Whoever was given a form may send with it again until it ends. So what arrived is looked at, and copied as it was looked
at to a key that no form is ever given for: only the copy counts. What a file may be is for the domain to say.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from kernel import aws, settings
from kernel.errors import DomainError
from kernel.file_types import HEAD_BYTES, Arrived

Type = TypeVar("Type", bound=str)


@dataclass(frozen=True, slots=True)
class Form:
    """Sent as multipart/form-data: all fields first, the file last, named `file`."""

    url: str
    fields: dict[str, str]


def form(key: str, content_type: str, *, least_bytes: int = 1, most_bytes: int, life: timedelta) -> Form:
    """Takes exactly this key, this type and so many bytes; S3 refuses everything else."""
    signed = _s3().generate_presigned_post(
        Bucket=_bucket(),
        Key=key,
        Fields={"Content-Type": content_type},
        Conditions=[{"Content-Type": content_type}, ["content-length-range", least_bytes, most_bytes]],
        ExpiresIn=int(life.total_seconds()),
    )
    return Form(str(signed["url"]), dict(signed["fields"]))


def keep(
    arrived: str,
    kept: str,
    look: Callable[[Arrived], Type],
    *,
    missing: type[DomainError],
    refused: type[DomainError],
) -> Type:
    """`look` tells the type to keep it under, or raises. The copy is of the very bytes it saw, or is not made."""
    try:
        answer = _s3().get_object(Bucket=_bucket(), Key=arrived, Range=f"bytes=0-{HEAD_BYTES - 1}")
        size_bytes = int(answer["ContentRange"].rpartition("/")[2])
        found = look(Arrived(answer["Body"].read(), answer["ContentType"], size_bytes))
        _s3().copy_object(
            Bucket=_bucket(),
            Key=kept,
            CopySource={"Bucket": _bucket(), "Key": arrived},
            CopySourceIfMatch=answer["ETag"],
            ContentType=found,
            MetadataDirective="REPLACE",
        )
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "NoSuchKey" | "AccessDenied":  # S3 tells whoever may not list a bucket so by refusing
                raise missing() from error
            case "InvalidRange" | "PreconditionFailed":  # empty, or another file than a moment ago
                raise refused() from error
        raise
    return found


def remove(*keys: str) -> None:
    """Safe to repeat."""
    for key in keys:
        _s3().delete_object(Bucket=_bucket(), Key=key)


def link(key: str, *, life: timedelta, name: str = "", content_type: str = "") -> str:
    """With a name, browsers save it under that and show nothing of it. A content type overrides the kept one."""
    shown = {"ResponseContentDisposition": f'attachment; filename="{name}"'} if name else {}
    if content_type:
        shown["ResponseContentType"] = content_type
    parameters = {"Bucket": _bucket(), "Key": key, **shown}
    return str(_s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=int(life.total_seconds())))


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
