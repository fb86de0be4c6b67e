"""Taking one's data along, and being forgotten."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kernel import ids
from kernel.errors import Conflict, DomainError
from kernel.http import Answer

ExportId = Annotated[str, StringConstraints(pattern=ids.pattern("exp"))]


class Erasure(Answer):
    """Whether the account is about to be erased, and when."""

    state: Literal["none", "waiting", "erasing"] = "none"
    requested_at: datetime | None = None
    erase_at: datetime | None = None


class KeptErasure(Erasure):
    version: int = 0


class Export(Answer):
    """All that is kept about a person, in one archive."""

    id: ExportId
    state: Literal["preparing", "ready"]
    requested_at: datetime
    expires_at: datetime


class ExportLink(Answer):
    """Where the archive can be fetched for a few minutes."""

    url: Annotated[str, Field(examples=["https://metco-identity.s3.eu-west-1.amazonaws.com/exports/…"])]
    expires_at: datetime


class ErasureMoved(Conflict):
    """The erasure was requested or cancelled in the meantime. Look again."""


class ErasureBegun(Conflict):
    """The account is being erased already: this cannot be stopped any more."""


class ExportBegun(Conflict):
    """An export was asked for in the meantime. Look again."""


class ExportGone(DomainError):
    """There is no such export any more. Ask for a new one."""

    status = 404
