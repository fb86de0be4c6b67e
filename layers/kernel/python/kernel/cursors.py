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
from kernel.changes import Item, decode
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
        return sealed(decode(self.last), self.scope) if self.last else None


def sealed(place: Any, scope: str, key: str = "cursor") -> str:
    """`place`: where the next page begins, as JSON has it; `key`: by which name lists of this kind have theirs."""
    payload = json.dumps(place, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_mac(payload, scope, key) + payload).decode().rstrip("=")


def opened(cursor: str, scope: str, key: str = "cursor") -> Any:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (binascii.Error, ValueError):
        raise CursorInvalid() from None
    mac, payload = raw[:16], raw[16:]
    if not hmac.compare_digest(mac, _mac(payload, scope, key)):
        raise CursorInvalid()
    return json.loads(payload)


def _mac(payload: bytes, scope: str, key: str) -> bytes:
    """Bound to the list it was made for."""
    return hmac.digest(settings.key(key), scope.encode() + b"\0" + payload, hashlib.sha256)[:16]
