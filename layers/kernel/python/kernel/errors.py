"""Errors carry their HTTP status and a stable code; one place turns them into problem+json (RFC 9457)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong field: the part of the request it is in, a JSON pointer into that part, and what is wrong."""

    pointer: str
    detail: str
    where: str = "body"


class DomainError(Exception):
    """A refusal its caller can understand. Subclass it with a status and a docstring: what happened, what to do."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[str] = "The request cannot be carried out"
    advice: ClassVar[str] = "The request cannot be carried out."
    retryable: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        if "code" not in vars(cls):
            cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        if cls.__doc__:
            cls.advice = cls.__doc__.strip().splitlines()[0]
            cls.title = cls.advice.partition(". ")[0].rstrip(".")

    def __init__(self, detail: str = "", *, faults: Sequence[Fault] = (), retry_after_s: int | None = None) -> None:
        super().__init__(detail or self.advice)
        self.detail = detail or self.advice
        self.faults = tuple(faults)
        self.retry_after_s = retry_after_s


class Invalid(DomainError):
    """The request does not have the expected form."""

    status = 422


class Unauthenticated(DomainError):
    """Sign in first."""

    status = 401


class Forbidden(DomainError):
    """This account may not do that."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or it is not yours."""

    # Someone else's object and a missing one answer alike: this text is never varied.
    status = 404


class Moved(DomainError):
    """This has another address now: the one in Location."""

    status = 308

    def __init__(self, location: str = "") -> None:
        super().__init__()
        self.location = location


class Conflict(DomainError):
    """The thing has changed in the meantime."""

    status = 409


class PreconditionFailed(DomainError):
    """The version you edited is no longer the current one. Read it again, then repeat the edit."""

    status = 412


class TooLarge(DomainError):
    """The request body is too large."""

    status = 413


class UnsupportedMediaType(DomainError):
    """Send the body as application/json."""

    status = 415


class TooManyRequests(DomainError):
    """Too many attempts. Wait before the next one."""

    status = 429


class Unavailable(DomainError):
    """A service that this needs does not answer. Try again."""

    status = 503
    retryable = True


class InternalError(DomainError):
    """Something went wrong on our side. It has been logged under the trace id."""

    status = 500


def problem(error: DomainError, trace_id: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"urn:metco:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "trace_id": trace_id,
    }
    if error.faults:
        body["errors"] = [
            {"in": fault.where, "pointer": fault.pointer, "detail": fault.detail} for fault in error.faults
        ]
    return body
