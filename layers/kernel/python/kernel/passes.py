"""A pass: an id and the time until which it holds, proven by a key that whoever gives it and whoever checks it share.

Nothing is stored for it, so that giving a million of them away costs nothing.
"""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from kernel import clock


def give(holder: str, until: datetime, key: bytes) -> str:
    told = f"{holder}.{clock.epoch_s(until)}"
    return f"{told}.{_proof(told, key)}"


def check(given: str, key: bytes, now: datetime) -> str | None:
    """Whose it is; None, if it is nobody's: made up, changed, or over."""
    told, _, proof = given.rpartition(".")
    holder, _, until = told.rpartition(".")
    if not hmac.compare_digest(_proof(told, key).encode(), proof.encode()):
        return None
    return holder if now < datetime.fromtimestamp(int(until), UTC) else None


def _proof(told: str, key: bytes) -> str:
    digest = hmac.digest(key, told.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
