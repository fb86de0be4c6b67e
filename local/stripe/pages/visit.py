"""A visit to a page, and the page that it ends with."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.stripe.wire import Request, Response

FRESH = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Visit:
    method: str
    address: str  # with its query
    query: dict[str, str]
    form: dict[str, Any]

    @classmethod
    def of(cls, request: Request) -> "Visit":
        form = request.form() if request.method == "POST" else {}
        query = dict(parse_qsl(urlsplit(request.path).query, keep_blank_values=True))
        return cls(request.method, request.path, query, form)


@dataclass(frozen=True)
class Page:
    status: int
    body: bytes = b""
    kind: str = "text/html"
    headers: dict[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        kind = self.kind if self.kind.startswith("image/png") else f"{self.kind}; charset=utf-8"
        return Response(self.status, {"Content-Type": kind, **FRESH, **self.headers}, self.body)


def shown(html: str, status: int = 200) -> Page:
    return Page(status, html.encode())


def moved(to: str) -> Page:
    """After something was done, so that a reload does not do it again."""
    return Page(303, headers={"Location": to})
