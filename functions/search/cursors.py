"""Where the next page begins, sealed: a cursor belongs to the search that it came from, and nobody makes one up."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from functions.search.model.asked import After
from kernel import settings
from kernel.errors import Invalid


class SearchCursorInvalid(Invalid):
    """This cursor does not belong to this search. Start again without one."""


def sealed(after: After | None, scope: str) -> str | None:
    if after is None:
        return None
    payload = json.dumps(after, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_proof(payload, scope) + payload).decode().rstrip("=")


def opened(cursor: str | None, scope: str) -> After | None:
    if not cursor:
        return None
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise SearchCursorInvalid() from None
    proof, payload = raw[:16], raw[16:]
    if not hmac.compare_digest(proof, _proof(payload, scope)):
        raise SearchCursorInvalid()
    return _tuples(json.loads(payload))


def _tuples(said: list[Any]) -> After:
    return tuple(tuple(one) if isinstance(one, list) else one for one in said)


def _proof(payload: bytes, scope: str) -> bytes:
    return hmac.digest(settings.key("search-cursor"), scope.encode() + b"\0" + payload, hashlib.sha256)[:16]
