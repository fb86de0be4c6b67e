"""The only code that speaks to S3: the files of a store's papers, in a private bucket."""

from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.stores.model.verification import Document, FileRefused, NotUploaded
from functions.stores.rules import verification as rules
from kernel import aws, settings


def address_for(store_id: str, document: Document, life: timedelta) -> tuple[str, dict[str, str]]:
    """Takes exactly this key, this type and this many bytes; S3 refuses everything else."""
    signed = _s3().generate_presigned_post(
        Bucket=_bucket(),
        Key=rules.incoming(store_id, document.id),
        Fields={"Content-Type": document.content_type},
        Conditions=[
            {"Content-Type": document.content_type},
            ["content-length-range", document.size_bytes, document.size_bytes],
        ],
        ExpiresIn=int(life.total_seconds()),
    )
    return str(signed["url"]), dict(signed["fields"])


def keep(store_id: str, document: Document) -> None:
    """Copied as it was looked at, or not at all: its address could be written to once more in between."""
    arrived = rules.incoming(store_id, document.id)
    try:
        answer = _s3().get_object(Bucket=_bucket(), Key=arrived, Range=f"bytes=0-{rules.HEAD_BYTES - 1}")
        size_bytes = int(answer["ContentRange"].rpartition("/")[2])
        rules.check_file(document, answer["Body"].read(), size_bytes)
        _s3().copy_object(
            Bucket=_bucket(),
            Key=rules.kept(store_id, document.id),
            CopySource={"Bucket": _bucket(), "Key": arrived},
            CopySourceIfMatch=answer["ETag"],
            ContentType=document.content_type,
            MetadataDirective="REPLACE",
        )
    except ClientError as error:
        raise _meant(error) from error


def remove(store_id: str, document: Document) -> None:
    """Where it lies and where it arrived. Safe to repeat."""
    for key in (rules.kept(store_id, document.id), rules.incoming(store_id, document.id)):
        _s3().delete_object(Bucket=_bucket(), Key=key)


def link(store_id: str, document: Document, life: timedelta) -> str:
    """Saved to a file under a name of ours: a browser shows nothing of it."""
    parameters = {
        "Bucket": _bucket(),
        "Key": rules.kept(store_id, document.id),
        "ResponseContentDisposition": f'attachment; filename="{document.id}"',
        "ResponseContentType": "application/octet-stream",
    }
    signed = _s3().generate_presigned_url("get_object", Params=parameters, ExpiresIn=int(life.total_seconds()))
    return str(signed)


def _meant(error: ClientError) -> Exception:
    """S3 tells whoever may not list a bucket that an object is missing by refusing it."""
    match error.response["Error"]["Code"]:
        case "NoSuchKey" | "AccessDenied":
            return NotUploaded()
        case "InvalidRange" | "PreconditionFailed":  # empty, or another file than a moment ago
            return FileRefused()
    return error


def _s3() -> Any:
    return aws.client("s3")


def _bucket() -> str:
    return settings.env("BUCKET")
