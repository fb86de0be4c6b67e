"""The only code that keeps pictures in S3: an address to write one to, a copy once it was looked at, a link to it."""

from typing import Any

from botocore.exceptions import ClientError

from functions.stores.model.pictures import (
    PictureKind,
    Pictures,
    PictureType,
    StorePictureNotUploaded,
    StorePictureRefused,
)
from functions.stores.rules import pictures as rules
from kernel import aws, settings


def address_for(store_id: str, picture_id: str, kind: PictureKind, content_type: PictureType) -> dict[str, Any]:
    """Takes exactly this key and type, and no more bytes than such a picture may have; S3 refuses everything else."""
    signed: dict[str, Any] = _s3().generate_presigned_post(
        Bucket=_bucket(),
        Key=rules.incoming(store_id, picture_id),
        Fields={"Content-Type": content_type},
        Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, rules.MAX_BYTES[kind]]],
        ExpiresIn=int(rules.UPLOAD_LIFE.total_seconds()),
    )
    return signed


def keep(store_id: str, picture_id: str, kind: PictureKind) -> None:
    """Copied as it was looked at, or not at all: its address could be written to once more in between."""
    arrived = rules.incoming(store_id, picture_id)
    try:
        answer = _s3().get_object(Bucket=_bucket(), Key=arrived, Range=f"bytes=0-{rules.HEAD_BYTES - 1}")
        size_bytes = int(answer["ContentRange"].rpartition("/")[2])
        content_type = rules.type_of(answer["Body"].read(), answer["ContentType"], size_bytes, kind)
        _s3().copy_object(
            Bucket=_bucket(),
            Key=rules.kept(store_id, picture_id),
            CopySource={"Bucket": _bucket(), "Key": arrived},
            CopySourceIfMatch=answer["ETag"],
            ContentType=content_type,
            MetadataDirective="REPLACE",
        )
    except ClientError as error:
        raise _meant(error) from error


def remove(store_id: str, *picture_ids: str | None) -> None:
    """Safe to repeat."""
    for picture_id in picture_ids:
        if picture_id:
            _s3().delete_object(Bucket=_bucket(), Key=rules.kept(store_id, picture_id))


def links(store_id: str, pictures: Pictures) -> dict[str, str | None]:
    return {"logo": _link(store_id, pictures.logo), "cover": _link(store_id, pictures.cover)}


def _link(store_id: str, picture_id: str | None) -> str | None:
    if not picture_id:
        return None
    parameters = {"Bucket": _bucket(), "Key": rules.kept(store_id, picture_id)}
    life_s = int(rules.LINK_LIFE.total_seconds())
    return str(_s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=life_s))


def _meant(error: ClientError) -> Exception:
    """S3 tells whoever may not list a bucket that an object is missing by refusing it."""
    match error.response["Error"]["Code"]:
        case "NoSuchKey" | "AccessDenied":
            return StorePictureNotUploaded()
        case "InvalidRange" | "PreconditionFailed":  # empty, or another file than a moment ago
            return StorePictureRefused()
    return error


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
