"""Images: sent to the bucket, looked at, rendered in a few widths, and then shown with products and categories."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.catalog.model.names import CategoryId, ImageId, ProductId, Version
from functions.catalog.model.products import PICTURES, AltTexts
from kernel.errors import Conflict, DomainError, Invalid, NotFound, TooManyRequests
from kernel.http import Answer, Request

ImageType = Literal["image/jpeg", "image/png", "image/webp"]  # never SVG: it can carry a script
ImageState = Literal["awaited", "rendering", "ready", "refused"]
Blemish = Literal["unreadable", "too_many_pixels", "too_small", "too_intricate"]


class NewImage(Request):
    content_type: ImageType


class ChosenPicture(Request):
    """`alt` tells those who do not see the picture what is on it, in every language you have words for."""

    image_id: ImageId
    alt: AltTexts = Field(default_factory=dict)


class PictureOrder(Request):
    """All pictures of a product in the order they are shown in: what is not among them is removed for good."""

    pictures: Annotated[list[ChosenPicture], Field(max_length=PICTURES)]


class CategoryImage(Request):
    image_id: ImageId


class ImageUpload(Answer):
    """Send the file to `url` as multipart/form-data: all fields first, the file last, named `file`. Then confirm it."""

    image_id: ImageId
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "incoming/…", "policy": "…"}])]
    max_bytes: Annotated[int, Field(examples=[10485760])]
    expires_at: datetime


class Image(Answer):
    """Once `ready`, it is at `/media/<image_id>/<width>.webp` for the widths 320, 800 and 1600, never enlarged.

    It is shown in one place, which `product_id` or `category_id` names. `width` and `height` are the largest one's.
    """

    image_id: ImageId
    state: ImageState
    reason: Blemish | None = None
    width: Annotated[int, Field(examples=[1600])] = 0
    height: Annotated[int, Field(examples=[1200])] = 0
    product_id: ProductId | None = None
    category_id: CategoryId | None = None
    expires_at: Annotated[
        datetime | None, Field(description="When an image that is shown nowhere is removed; None: it is shown.")
    ] = None
    version: Version = 1

    @property
    def shown(self) -> bool:
        return bool(self.product_id or self.category_id)


# What can be refused


class NoSuchImage(NotFound):
    code = NotFound.code  # a missing image and another store's answer alike
    title = NotFound.title


class ImageNotUploaded(Conflict):
    """The image has not arrived. Send it to the address you were given, then confirm it."""


class ImageRefused(DomainError):
    """This is no image that can be shown: a JPEG, PNG or WebP of the type it was announced as, up to 10 MB."""

    status = 422


class ImageNotConfirmed(Conflict):
    """An image is confirmed before it is shown, and one that was refused is not shown at all. Send another one."""


class ImageNotReady(Conflict):
    """The image is not rendered yet, or was refused. Ask for it, then try again."""


class ImageShownElsewhere(Conflict):
    """An image is shown in one place only. Send it once more to show it in another."""


class PictureTwice(Invalid):
    """A product shows an image once. Name each image once."""


class ImageChanged(Conflict):
    """The image was just changed. Ask for it again, then repeat the request."""


class TooManyImages(TooManyRequests):
    """A store sends at most 5,000 images a day."""
