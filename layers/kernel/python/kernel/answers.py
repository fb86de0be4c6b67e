"""How what a route returns becomes text: written once, by its own model.

The resolver would check an answer again, copy it into plain data and that into JSON: a fifth of what a page takes.
What routes answer with is checked by the type checker, and by the tests against the published contract.
"""

import inspect
import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel


def written(function: Callable[..., Any], status: int) -> Callable[..., Response[Any]]:
    """The route's function, answering with text. To the resolver it has no return type: that is told by `responses`."""

    @wraps(function)
    def answering(**arguments: Any) -> Response[Any]:
        answer = function(**arguments)
        whole = isinstance(answer, Response)
        response: Response[Any] = answer if whole else Response(status, content_type="application/json", body=answer)
        if isinstance(response.body, BaseModel):
            response.headers |= etag(getattr(response.body, "version", None))
            response.body = response.body.model_dump_json()
        elif isinstance(response.body, dict):
            response.body = in_json(response.body)
        return response

    signature = inspect.signature(function)
    answering.__signature__ = signature.replace(return_annotation=inspect.Signature.empty)  # type: ignore[attr-defined]  # inspect reads it
    return answering


def responses(function: Callable[..., Any], status: int) -> dict[int, Any]:
    """What the route answers with when all is well, for the contract."""
    kind = inspect.signature(function).return_annotation
    kind = get_args(kind)[0] if get_origin(kind) is Response else kind
    content = {"application/json": {"model": kind}} if kind is not None else {}
    return {status: {"description": HTTPStatus(status).phrase, "content": content}}


def in_json(document: Any) -> str:
    """As a receipt writes it: letters beyond ASCII as themselves, in a third of the bytes."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def etag(version: Any) -> dict[str, str]:
    return {"ETag": f'"{version}"'} if isinstance(version, int) else {}
