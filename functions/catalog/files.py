"""The only code that speaks to S3 about pictures and files for sale: where they arrive, lie and are seen."""

from functions.catalog.model.images import ImageNotUploaded, ImageRefused, ImageType
from functions.catalog.rules import images as rules
from kernel import aws, settings, uploads

KEPT_BY_BROWSERS = "public, max-age=31536000, immutable"  # an image's id is never used again


def image_form(image_id: str, content_type: ImageType) -> uploads.Form:
    return uploads.form(rules.incoming(image_id), content_type, most_bytes=rules.MAX_BYTES, life=rules.UPLOAD_LIFE)


def keep_image(image_id: str) -> ImageType:
    return uploads.keep(
        rules.incoming(image_id),
        rules.original(image_id),
        rules.type_of,
        missing=ImageNotUploaded,
        refused=ImageRefused,
    )


def original(image_id: str) -> bytes:
    found: bytes = (
        aws.client("s3").get_object(Bucket=settings.env("BUCKET"), Key=rules.original(image_id))["Body"].read()
    )
    return found


def publish(image_id: str, width: int, content: bytes, content_type: str) -> None:
    """For everyone, at /media. Safe to repeat: the same bytes under the same name."""
    aws.client("s3").put_object(
        Bucket=settings.env("BUCKET"),
        Key=rules.published(image_id, width),
        Body=content,
        ContentType=content_type,
        CacheControl=KEPT_BY_BROWSERS,
    )


def remove_image(image_id: str) -> None:
    uploads.remove(*rules.all_keys(image_id))
