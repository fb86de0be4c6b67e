"""What the authorizer needs to know about a caller, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Caller:
    """The claims of a token whose signature, issuer, client and time were checked."""

    user_id: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the read model says about the caller. Unknown people are plain customers: events may be on their way."""

    roles: frozenset[str] = field(default_factory=lambda: frozenset({"customer"}))
    session_ended: bool = False
    stores: Mapping[str, frozenset[str]] = field(default_factory=dict)  # what the caller may do in each store
    suspended: frozenset[str] = frozenset()  # those of them that are suspended
    erased: bool = False


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What the read model says about a key that somebody sent."""

    id: str
    user_id: str
    scopes: frozenset[str]
    expires_at: datetime
    revoked: bool
    used_on: date | None = None
