"""Downloads: what a person bought, or was given, of a digital offer, and how often they may still get it."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from functions.catalog.model.files import FileId, FileName, FileSize
from functions.catalog.model.names import (
    BuyerId,
    LineId,
    OfferId,
    OrderId,
    ProductId,
    SellerOrderId,
    StoreId,
    UserId,
    Version,
)
from kernel import ids
from kernel.errors import Conflict, NotFound, TooManyRequests
from kernel.http import Answer, Request
from kernel.tasks import Asked, Outcome

GrantId = Annotated[str, StringConstraints(pattern=ids.pattern("gra"))]


class DownloadFile(Answer):
    """`left`: how many more links there are for it."""

    file_id: FileId
    name: FileName
    size_bytes: FileSize
    left: Annotated[int, Field(ge=0, examples=[5])]


class Grant(Answer):
    """A person may get an offer's files: those there were when it was granted, and those that came later.

    `order_id` is None for what the store gave away. What was bought is delivered as soon as there is a file to get.
    """

    grant_id: GrantId
    buyer_id: BuyerId
    store_id: StoreId
    product_id: ProductId
    offer_id: OfferId
    order_id: OrderId | None = None
    seller_order_id: SellerOrderId | None = None
    line_ids: Annotated[list[LineId], Field(description="The lines of the order that it delivers.")] = Field(
        default_factory=list
    )
    files: list[DownloadFile]
    pieces: Annotated[int, Field(ge=1, examples=[1], description="How many were bought: each has a licence key.")] = 1
    keys: Annotated[int, Field(ge=0, examples=[1], description="How many licence keys there are to read.")] = 0
    granted_at: datetime
    delivered_at: Annotated[
        datetime | None, Field(description="When there was something to download for the first time.")
    ] = None
    expires_at: datetime
    revoked_at: datetime | None = None
    version: Version = 1


class GrantList(Answer):
    items: list[Grant]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


class Gift(Request):
    """Give an offer's files to a person, or give them once more to a buyer who lost them."""

    buyer_id: UserId
    product_id: ProductId
    offer_id: OfferId


class DownloadLink(Answer):
    """Whoever has it may download with it until it ends, also in parts and again after an interruption."""

    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/sold/…"])]
    expires_at: datetime
    left: Annotated[int, Field(ge=0, examples=[4])]


# What a checkout asks


class DigitalLine(BaseModel):
    product_id: ProductId
    offer_id: OfferId


class GrantDownloads(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    lines: Annotated[list[DigitalLine], Field(min_length=1, max_length=40)]


class RevokeDownloads(GrantDownloads):
    """The same words: also what was never granted is named, so that it never will be."""


class DownloadsGranted(Outcome):
    outcome: Literal["granted"] = "granted"
    order_id: str
    grants: list[str]


class DownloadsRevoked(Outcome):
    outcome: Literal["revoked"] = "revoked"
    order_id: str


# What can be refused


class NoSuchDownload(NotFound):
    code = NotFound.code  # a missing download and somebody else's answer alike
    title = NotFound.title


class DownloadOver(Conflict):
    """This download has expired, or was taken back. Write to the store."""


class LinksUsedUp(Conflict):
    """There are no more links for this file. Write to the store: it can give it to you once more."""


class DownloadUsed(Conflict):
    """A link for it was given already: it cannot be given back any more. Write to the store."""


class NotToReturn(Conflict):
    """Only what you bought can be given back, within fourteen days. What is not there yet, call off in its order."""


class GrantPaidFor(Conflict):
    """This was bought: it is taken back by refunding the order, and not by the store."""


class GrantChanged(Conflict):
    """The download was just changed. Ask for it again, then repeat the request."""


class TooManyGifts(TooManyRequests):
    """A store gives away at most 200 downloads a day."""
