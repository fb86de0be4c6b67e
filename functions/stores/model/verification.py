"""The papers that show who runs a store, and what a moderator makes of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.stores.model.names import StoreId
from kernel import ids
from kernel.errors import Conflict, DomainError, Forbidden
from kernel.http import Answer, Request

MAX_BYTES = 10 * 1024 * 1024

DocumentId = Annotated[str, StringConstraints(pattern=ids.pattern("doc"))]
DocumentKind = Literal["identity", "business", "address"]
ContentType = Literal["application/pdf", "image/jpeg", "image/png"]
CaseState = Literal["collecting", "submitted", "claimed", "approved", "rejected"]
FileName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^./\\\x00-\x1f][^/\\\x00-\x1f]*$"
    ),
    Field(examples=["passport.pdf"]),
]
SizeBytes = Annotated[int, Field(ge=1, le=MAX_BYTES, examples=[248_113])]


class Document(Answer):
    id: DocumentId
    kind: DocumentKind
    name: FileName
    content_type: ContentType
    size_bytes: SizeBytes
    sent_by: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])] = ""  # whom it leaves with
    confirmed: bool = False


class Case(BaseModel):
    """One per store, for as long as there is one: sent in, looked at, decided, and begun again after a refusal."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    store_id: str
    state: CaseState = "collecting"
    documents: list[Document] = []
    reason: str = ""
    moderator_id: str = ""
    claimed_at: datetime | None = None
    submitted_at: datetime | None = None
    version: int = 0

    @property
    def id(self) -> str:
        return ids.derived_id("ver", self.store_id)


# What people send


class NewDocument(Request):
    """The name is only shown to the moderator: neither where the file lies nor what it is depends on it."""

    kind: DocumentKind
    name: FileName
    content_type: ContentType
    size_bytes: SizeBytes


# What people get


class Upload(Answer):
    """Send the file to `url` as multipart/form-data: all fields first, the file last, named `file`."""

    document_id: DocumentId
    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/"])]
    fields: Annotated[dict[str, str], Field(examples=[{"key": "incoming/…", "policy": "…"}])]
    expires_at: datetime


class CaseView(Answer):
    store_id: StoreId
    state: CaseState
    documents: list[Document]
    reason: Annotated[str, Field(examples=["The passport has expired"])]
    submitted_at: datetime | None = None
    version: Annotated[int, Field(ge=0, examples=[3])]


class WaitingCase(Answer):
    store_id: StoreId
    submitted_at: datetime
    claimed_by: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])] = ""


class Queue(Answer):
    items: list[WaitingCase]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


class DocumentLink(Answer):
    """Good for a minute, and saved to a file: nothing of it is shown by a browser."""

    url: Annotated[str, Field(examples=["https://bucket.s3.eu-west-1.amazonaws.com/papers/…"])]
    expires_at: datetime


# What can be refused


class OwnersOnly(Forbidden):
    """These papers are the owners' own. Ask an owner of the store."""


class NotUploaded(Conflict):
    """The file has not arrived. Send it to the address you were given, then confirm."""


class FileRefused(DomainError):
    """The file is not what it was announced to be. Announce it anew with its real type and size."""

    status = 422


class TooManyDocuments(Conflict):
    """A store sends in at most 10 documents. Remove one first."""


class DocumentsMissing(Conflict):
    """Confirm at least one document of identity and one of business first, and no announced file may be missing."""


class CaseClosed(Conflict):
    """The papers are with a moderator, or decided: they cannot be changed now."""


class CaseNotWaiting(Conflict):
    """These papers wait for no such step: they were claimed by somebody else, decided, or not sent in."""


class CaseChanged(Conflict):
    """The papers changed in the meantime. Read them again, then repeat."""
