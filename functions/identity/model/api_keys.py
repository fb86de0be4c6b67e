"""API keys: what lets a program act for a person, within scopes and for a time."""

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from kernel import ids
from kernel.errors import Conflict
from kernel.http import Answer, Request
from permissions import SCOPES


def _known_scopes(scopes: list[str]) -> list[str]:
    if unknown := sorted(set(scopes) - SCOPES):
        raise ValueError(f"there is no scope {unknown[0]!r}: the scopes are {', '.join(sorted(SCOPES))}")
    return sorted(set(scopes))


ApiKeyId = Annotated[str, StringConstraints(pattern=ids.pattern("key"))]
ApiKeyHash = Annotated[str, Field(examples=["5b3a0f6c1f0e6c5d4a529d0b1d1a5f0f7a11c9d2e4f6081a3c5e7f9b1d3f5a7c"])]
ApiKeyName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\x00-\x1f]+$"),
    Field(examples=["Stock keeping"]),
]
Scopes = Annotated[
    list[Annotated[str, StringConstraints(max_length=40)]],
    AfterValidator(_known_scopes),
    Field(min_length=1, max_length=40, examples=[["profile:read"]]),
]


class ApiKeyRequest(Request):
    name: ApiKeyName
    scopes: Scopes
    expires_in_days: Annotated[int, Field(ge=1, le=366)] = 366


class ApiKey(Answer):
    """All that is ever shown of a key again."""

    id: ApiKeyId
    name: Annotated[str, Field(examples=["Stock keeping"])]
    prefix: Annotated[str, Field(examples=["mk_q8vx4c7e"])]
    scopes: Annotated[list[str], Field(examples=[["profile:read"]])]
    created_at: datetime
    expires_at: datetime
    last_used_on: Annotated[date | None, Field(examples=["2026-05-04"])] = None
    revoked_at: datetime | None = None


class NewApiKey(ApiKey):
    """The one answer with the key itself: keep it, it cannot be had again."""

    api_key: Annotated[str, Field(examples=["mk_q8vx4c7e9r1t3y5w7zab…"])]


class ApiKeyList(Answer):
    items: list[ApiKey]


class KeptKey(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    id: str
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None = None
    revoked_at: datetime | None = None
    hash: str


class KeyRing(BaseModel):
    """A person's keys, newest first: one document, so that the limit on their number holds."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    items: list[KeptKey] = Field(default=[])
    version: int = 0


class TooManyApiKeys(Conflict):
    """There are as many API keys as one account may have. Revoke one first."""


class KeyRingChanged(Conflict):
    """The API keys were changed in the meantime. Repeat the request."""
