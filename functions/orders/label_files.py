"""Labels to be printed: they have somebody's address on them, so they are kept for a few weeks, and for the store."""

from datetime import timedelta

from kernel import aws, settings, uploads

LINK_LIVES = timedelta(minutes=10)


def _key(order_id: str, parcel_id: str) -> str:
    return f"labels/{order_id}/{parcel_id}.pdf"


def keep(order_id: str, parcel_id: str, pdf: bytes) -> None:
    """A later one takes the place of an earlier one."""
    aws.client("s3").put_object(
        Bucket=settings.env("BUCKET"), Key=_key(order_id, parcel_id), Body=pdf, ContentType="application/pdf"
    )


def link(order_id: str, parcel_id: str) -> str:
    return uploads.link(_key(order_id, parcel_id), life=LINK_LIVES, name=f"{parcel_id}.pdf")


def forget(order_id: str, *parcel_ids: str) -> None:
    """Safe to repeat."""
    uploads.remove(*(_key(order_id, one) for one in parcel_ids))
