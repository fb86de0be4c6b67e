"""The only code that speaks to S3 about pictures and files for sale: where they arrive, lie and are seen."""

from botocore.exceptions import ClientError

from functions.catalog.model.files import FileNotUploaded, GoodsFile, GoodsFileRefused
from functions.catalog.model.images import ImageNotUploaded, ImageRefused, ImageType
from functions.catalog.rules import files as goods
from functions.catalog.rules import images as rules
from functions.catalog.rules.downloads import LINK_LIFE
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


def goods_form(file: GoodsFile) -> uploads.Form:
    """Exactly as many bytes as were announced."""
    size = file.size_bytes
    return uploads.form(
        goods.incoming(file.file_id),
        goods.CONTENT_TYPE,
        least_bytes=size,
        most_bytes=size,
        life=goods.UPLOAD_LIFE,
    )


def arrived_bytes(file: GoodsFile) -> int:
    try:
        found = aws.client("s3").head_object(Bucket=settings.env("BUCKET"), Key=goods.incoming(file.file_id))
    except ClientError as error:  # S3 tells whoever may not list a bucket that there is no such thing by refusing
        raise FileNotUploaded() from error
    return int(found["ContentLength"])


def keep_goods(file: GoodsFile) -> None:
    """S3 copies by itself, but half a gigabyte takes it seconds: no caller waits for it."""
    uploads.keep(
        goods.incoming(file.file_id),
        goods.kept(file.file_id),
        lambda arrived: goods.type_of(arrived, file),
        missing=FileNotUploaded,
        refused=GoodsFileRefused,
    )


def goods_link(file_id: str, name: str) -> str:
    return uploads.link(goods.kept(file_id), life=LINK_LIFE, name=name, content_type=goods.CONTENT_TYPE)


def remove_goods(file_id: str) -> None:
    uploads.remove(goods.incoming(file_id), goods.kept(file_id))


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
