"""Files for sale: what a buyer of a digital offer downloads. Private, whatever is in them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.names import OfferId, StoreId, Version
from kernel import ids
from kernel.errors import Conflict, DomainError, NotFound
from kernel.http import Answer, Request

MAX_BYTES = 500 * 1024 * 1024
FILES = 20  # of one offer

FileId = Annotated[str, StringConstraints(pattern=ids.pattern("fil"))]
# What it is saved as: no folders, no control characters, nothing that ends a header.
FileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r'^[^\x00-\x1f\x7f/\\:*?"<>|.][^\x00-\x1f\x7f/\\:*?"<>|]{0,119}$'),
    Field(examples=["Night sounds, part 1.flac"]),
]
FileSize = Annotated[int, Field(ge=1, le=MAX_BYTES, examples=[48_102_337])]
FileState = Literal["awaited", "keeping", "ready", "refused", "withdrawn"]


class NewFile(Request):
    """At most 500 MB. It is downloaded under the name that is given here."""

    name: FileName
    size_bytes: FileSize


class FileUpload(Answer):
    """Send the file to `url` as multipart/form-data: all fields first, the file last, named `file`. Then confirm it."""

    file_id: FileId
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "incoming/…", "policy": "…"}])]
    expires_at: datetime


class GoodsFile(Answer):
    """Buyers get what is `ready`. What was withdrawn is still there for those who bought it before."""

    file_id: FileId
    store_id: StoreId
    offer_id: OfferId
    name: FileName
    size_bytes: FileSize
    state: FileState = "awaited"
    version: Version = 1


class FileList(Answer):
    items: list[GoodsFile]


# What can be refused


class NoSuchFile(NotFound):
    code = NotFound.code  # a missing file and another store's answer alike
    title = NotFound.title


class NotDigital(Conflict):
    """Only a digital offer has files. Make an offer of the kind digital."""


class FileNotUploaded(Conflict):
    """The file has not arrived. Send it to the address you were given, then confirm it."""


class GoodsFileRefused(DomainError):
    """Another file has arrived than the one that was announced: it has another size, or was just replaced."""

    status = 422


class FileChanged(Conflict):
    """The file was just changed. Ask for it again, then repeat the request."""


class FileBusy(Conflict):
    """The file is just being put away. Try again in a moment."""


class TooManyFiles(Conflict):
    """An offer has at most 20 files. Pack some of them together, or remove one."""
