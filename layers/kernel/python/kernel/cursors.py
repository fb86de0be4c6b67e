"""Where a list goes on: sealed, so that nobody can carry it into a list that it was not made for."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kernel import settings
from kernel.changes import Item, decode, encode
from kernel.errors import Invalid


class CursorInvalid(Invalid):
    """This cursor does not belong to this list. Start again without one."""


@dataclass(frozen=True, slots=True)
class Page:
    items: list[Item]
    last: Mapping[str, Any] | None = None
    scope: str = ""

    @property
    def cursor(self) -> str | None:
        """For whoever is to ask for the next page. Sealed only then: whoever goes no further needs no key for it."""
        return sealed(self.last, self.scope) if self.last else None


def sealed(last: Mapping[str, Any], scope: str) -> str:
    payload = json.dumps(decode(last), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_mac(payload, scope) + payload).decode().rstrip("=")


def opened(cursor: str, scope: str) -> dict[str, Any]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise CursorInvalid() from None
    mac, payload = raw[:16], raw[16:]
    if not hmac.compare_digest(mac, _mac(payload, scope)):
        raise CursorInvalid()
    return encode(json.loads(payload))


def _mac(payload: bytes, scope: str) -> bytes:
    """Bound to the list it was made for."""
    return hmac.digest(settings.key("cursor"), scope.encode() + b"\0" + payload, hashlib.sha256)[:16]
