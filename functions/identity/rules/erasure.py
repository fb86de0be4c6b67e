"""Decisions about exports and erasures: when, and for how long."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from functions.identity.model.erasure import ErasureBegun, Export, KeptErasure

WAIT = timedelta(days=14)
TOKENS_DIE = timedelta(minutes=30)  # after it no request that began before the erasure can still write anything
EXPORT_LIFE = timedelta(days=7)
LINK_LIFE = timedelta(minutes=5)
PATIENCE = timedelta(hours=1)  # with domains that have not put their part beside ours
NOT_THE_PERSONS = ("pk", "sk", "_commit", "ttl", "hash", "version")
MACHINERY = ("PASSWORD",)  # rows that say whose turn it is, and nothing of the person


def requested(current: KeptErasure, now: datetime, wait: timedelta) -> KeptErasure:
    return KeptErasure(state="waiting", requested_at=now, erase_at=now + wait, version=current.version + 1)


def cancelled(current: KeptErasure) -> KeptErasure:
    if current.state == "erasing":
        raise ErasureBegun()
    return KeptErasure(version=current.version + 1)


def due(erasure: KeptErasure, now: datetime) -> bool:
    """What was begun is completed."""
    over = erasure.erase_at is not None and erasure.erase_at <= now
    return erasure.state == "erasing" or (erasure.state == "waiting" and over)


def new_export(export_id: str, now: datetime) -> Export:
    return Export(id=export_id, state="preparing", requested_at=now, expires_at=now + EXPORT_LIFE)


def still_good(export: Export, now: datetime) -> bool:
    return now < export.expires_at


def can_be_fetched(latest: Export | None, export_id: str, now: datetime) -> bool:
    return bool(latest and latest.id == export_id and latest.state == "ready" and still_good(latest, now))


def complete(export: Export, parts: Iterable[str], expected: Iterable[str], now: datetime) -> bool:
    """Everybody has put their part, or was waited for long enough."""
    return set(expected) <= set(parts) or now >= export.requested_at + PATIENCE


def avatar_key(user_id: str) -> str:
    return f"avatars/{user_id}"


def upload_key(user_id: str) -> str:
    return f"uploads/{user_id}"


def archive_key(user_id: str, export_id: str) -> str:
    return f"exports/{user_id}/{export_id}.zip"


def part_key(user_id: str, export_id: str, domain: str) -> str:
    return f"exports/{user_id}/{export_id}.{domain}.json"


def link_token(export_id: str, key: bytes) -> str:
    digest = hmac.digest(key, export_id.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def is_link_token(export_id: str, token: str, key: bytes) -> bool:
    return hmac.compare_digest(link_token(export_id, key).encode(), token.encode())


def readable(rows: Iterable[Mapping[str, Any]]) -> str:
    """A person's rows as JSON, by what they are; what only the machinery needs is left out."""
    told = {str(row["sk"]).lower(): _without(row) for row in rows if row["sk"] not in MACHINERY}
    return json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True)


def _without(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(one) for name, one in value.items() if name not in NOT_THE_PERSONS}
    return [_without(one) for one in value] if isinstance(value, list) else value
