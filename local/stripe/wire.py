"""How Stripe is spoken to and answers: forms in, JSON out, and its errors."""

import email.parser
import email.policy
import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Document = dict[str, Any]

MAX_KEYS_DEEP = 12
_STEPS = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Request:
    method: str
    path: str  # with its query, as it comes over the wire
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def header(self, name: str) -> str:
        return next((value for known, value in self.headers.items() if known.lower() == name.lower()), "")

    @property
    def route(self) -> str:
        return urlsplit(self.path).path

    @property
    def query(self) -> str:
        return urlsplit(self.path).query

    def form(self) -> Document:
        """A POST says what it wants in its body, everything else in its address."""
        if self.header("Content-Type").startswith("multipart/form-data"):
            return decoded(_parts(self.header("Content-Type"), self.body))
        sent = self.body.decode() if self.method == "POST" else self.query
        return decoded(parse_qsl(sent, keep_blank_values=True))


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Refused(Exception):
    """Stripe's own no. `kept`: what was changed on the way to it stays changed, as with a card that was declined."""

    def __init__(self, status: int, kind: str, message: str, *, kept: bool = False, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.kept = kept
        self.error: Document = {"type": kind, "message": message}
        self.error |= {name: value for name, value in more.items() if value is not None}
        if code := more.get("code"):
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes#{code.replace('_', '-')}"


def invalid(message: str, *, param: str | None = None, code: str | None = None, **more: Any) -> Refused:
    return Refused(400, "invalid_request_error", message, param=param, code=code, **more)


def missing_object(what: str, id: str, param: str = "id", status: int = 404) -> Refused:
    """404 where the address names it, 400 where a parameter does."""
    return Refused(status, "invalid_request_error", f"No such {what}: '{id}'", param=param, code="resource_missing")


def declined(message: str, code: str, decline_code: str | None = None, **more: Any) -> Refused:
    return Refused(402, "card_error", message, kept=True, code=code, decline_code=decline_code, **more)


def _parts(content_type: str, body: bytes) -> list[tuple[str, Any]]:
    """A form with files: each as its name and what is in it. # docs.stripe.com/api/files/create"""
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
        f"Content-Type: {content_type}\r\n\r\n".encode() + body
    )
    pairs: list[tuple[str, Any]] = []
    for part in message.iter_parts() if message.is_multipart() else ():
        name = str(part.get_param("name", header="content-disposition") or "")
        content = part.get_payload(decode=True)
        inside = content if isinstance(content, bytes) else b""
        file = part.get_filename()
        pairs.append((name, inside.decode() if file is None else {"name": file, "base64": b64encode(inside).decode()}))
    return pairs


def decoded(pairs: list[tuple[str, Any]]) -> Document:
    """`a[b][]=1` and `a[b][0]=1` as {"a": {"b": ["1"]}}: every value still a text, as it came."""
    tree: Document = {}
    for name, value in pairs:
        head, _, _ = name.partition("[")
        steps = [head, *_STEPS.findall(name[len(head) :])]
        if len(steps) > MAX_KEYS_DEEP or not head:
            raise invalid(f"Invalid parameter: {name}", param=name)
        here = tree
        for step in steps[:-1]:
            step = step or str(len(here))
            below = here.setdefault(step, {})
            if not isinstance(below, dict):
                raise invalid(f"Invalid parameter: {name}", param=name)
            here = below
        here[steps[-1] or str(len(here))] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(step.isdigit() for step in value):
        return [_lists(value[step]) for step in sorted(value, key=int)]
    return {name: _lists(below) for name, below in value.items()}


def a_list(data: list[Document], url: str, has_more: bool = False) -> Document:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def shown(value: Any) -> Any:
    """As the world sees it: what begins with an underscore is the stand-in's own note."""
    if isinstance(value, dict):
        return {name: shown(below) for name, below in value.items() if not name.startswith("_")}
    if isinstance(value, list):
        return [shown(below) for below in value]
    return value
