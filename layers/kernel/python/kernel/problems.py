"""A refusal as it is answered: problem+json, with a line in the log, and never with what was sent."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from kernel import log
from kernel.errors import CONTENT_TYPE, DomainError, Fault, Moved, problem


def problem_response(error: DomainError) -> Response[str]:
    headers: dict[str, str | list[str]] = {"Cache-Control": "no-store"}
    if error.retry_after_s is not None:
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, Moved):
        headers["Location"] = error.location
    if error.status >= 500:
        log.warning("refused", code=error.code, detail=error.detail)
    else:
        log.info("refused", code=error.code, detail=error.detail)
    body = json.dumps(problem(error, log.correlation_id()))
    return Response(error.status, content_type=CONTENT_TYPE, body=body, headers=headers)


def fault_of(found: dict[str, Any]) -> Fault:
    """Pydantic's message says what is wrong and never quotes the value: what was sent may be a secret."""
    where, *steps = found["loc"]
    if found["type"] == "json_invalid":
        return Fault("", f"This is not JSON, from character {steps[0]} on")
    return Fault("".join(f"/{step}" for step in steps), str(found.get("msg") or found["type"]), str(where))
