"""Calls a domain's handler the way API Gateway does: an HTTP API event, payload version 2.0."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from kernel.authz import Principal
from kernel.http import Api


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Context:
    function_name = "test"
    aws_request_id = "request"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:000000000000:function:test"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


def an_http_event(
    method: str,
    path: str,
    body: Any = None,
    *,
    route: str | None = None,
    principal: Principal | None = None,
    refused: str = "",
    headers: dict[str, str] | None = None,
    query: dict[str, str] | None = None,
    ip: str = "",
) -> dict[str, Any]:
    authorizer: dict[str, Any] = {}
    if principal:
        authorizer = {"lambda": {"principal": principal.to_context()}}
    elif refused:
        authorizer = {"lambda": {"refused": refused}}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route or f"{method} {path}",
        "rawPath": path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "sourceIp": ip},
            "stage": "$default",
            "authorizer": authorizer,
        },
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


class Caller:
    """Calls one Api; finds the route's key in its declarations, as the gateway does in its routes."""

    def __init__(self, api: Api, principal: Principal | None = None) -> None:
        self.api, self.principal = api, principal

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> Answered:
        event = an_http_event(method, path, body, route=self.route(method, path), principal=self.principal, **options)
        answer = self.api.handler(event, Context())
        return Answered(answer["statusCode"], answer["headers"], answer.get("body") or "")

    def route(self, method: str, path: str) -> str:
        fits = (
            key for declared, path_of, key in _routes(tuple(self.api.permits)) if declared == method and path_of(path)
        )
        return next(fits, "$default")


@cache
def _routes(declared: tuple[str, ...]) -> list[tuple[str, Callable[[str], Any], str]]:
    """Literal segments win over parameters, as at the gateway."""
    return [
        (method, re.compile(re.sub(r"\{\w+\}", "[^/]+", template)).fullmatch, key)
        for key in sorted(declared, key=lambda key: key.count("{"))
        for method, template in [key.split(" ")]
    ]
