"""What holds for every operation: in words, in headers, in the form of a refusal."""

from typing import Any

TRACE = "cor_01k6m2q8vx4c7e9r1t3y5w7zab"

DESCRIPTION = """\
The whole of Metco over HTTP. Three things hold everywhere.

**Errors** are `application/problem+json` with a stable `code` to decide by, a `detail` to show, and a `trace_id` to ask
with. Someone else's thing and a missing one answer alike.

**Repeating is safe.** Send an `Idempotency-Key` with whatever changes something: a repetition gets the first answer
again, never a second effect.

**Versions.** A document that can be edited carries a `version`, which is its `ETag`. Send it as `If-Match` with an
edit, so as not to overwrite someone else's.
"""

PARAMETERS: dict[str, Any] = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Made up by the caller, once per intention. The same key with the same request gets the same "
        "answer for two days; with a different one it is refused.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 128, "pattern": "^[\\x21-\\x7e]+$"},
        "example": "1f0c7a52-6d0e-4c38-9d55-2f4f5b1f9a10",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the version you edited. Refused with 412 if that is no longer the current one.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "The ETag you have. Answered with 304 and no body while it is still the current one.",
        "schema": {"type": "string"},
        "example": '"3"',
    },
    "CorrelationId": {
        "name": "X-Correlation-Id",
        "in": "header",
        "description": "Follows the request through every log and event. Made up for you if you send none.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9_.\\-]{8,64}$"},
        "example": TRACE,
    },
}
HEADERS: dict[str, Any] = {
    "CorrelationId": {"description": "The id to ask with.", "schema": {"type": "string"}},
    "ETag": {"description": "The document's version.", "schema": {"type": "string"}},
    "Location": {"description": "Where it is now.", "schema": {"type": "string"}},
    "RetryAfter": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
}
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "description": "The code as a URN."},
        "title": {"type": "string", "description": "The same for every problem of this code."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "code": {"type": "string", "description": "Stable: decide by this."},
        "detail": {"type": "string", "description": "What happened and what to do next, for a person."},
        "trace_id": {"type": "string", "description": "The correlation id of this request."},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
    "required": ["type", "title", "status", "code", "detail", "trace_id"],
}
FIELD_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "One wrong part of the request.",
    "properties": {
        "in": {"type": "string", "enum": ["body", "path", "query", "header"], "description": "Where it is."},
        "pointer": {"type": "string", "description": "JSON pointer to it."},
        "detail": {"type": "string", "description": "What is wrong with it."},
    },
    "required": ["in", "pointer", "detail"],
}


# A call without any credential never reaches a function: the gateway answers, in words that cannot be changed.
GATEWAY_REFUSAL: dict[str, Any] = {
    "type": "object",
    "title": "GatewayRefusal",
    "description": "What the gateway itself says to a call without a bearer token.",
    "properties": {"message": {"type": "string", "examples": ["Unauthorized"]}},
    "required": ["message"],
}
