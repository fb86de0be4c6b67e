"""Decisions about API keys: what one looks like, how many there may be, how they end."""

import base64
import hashlib
import hmac
from datetime import date, datetime, timedelta

from functions.identity.model.api_keys import (
    ApiKey,
    ApiKeyRequest,
    KeptKey,
    KeyRing,
    NewApiKey,
    TooManyApiKeys,
)
from kernel.errors import NotFound

PREFIX = "mk_"
SHOWN = len(PREFIX) + 8
MOST = 20  # that are still good
REMEMBERED = 40  # with those that are not


def secret_of(key_id: str, key: bytes) -> str:
    """Derived from its id, so that it is stored nowhere and a repeated request is told the same one."""
    digest = hmac.digest(key, key_id.encode(), hashlib.sha256)
    return PREFIX + base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hash_of(secret: str) -> str:
    """256 random bits need no salt and no stretching: nobody guesses them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def with_key(ring: KeyRing, key_id: str, secret: str, request: ApiKeyRequest, now: datetime) -> KeyRing:
    if sum(is_good(one, now) for one in ring.items) >= MOST:
        raise TooManyApiKeys()
    made = KeptKey(
        id=key_id,
        name=request.name,
        prefix=secret[:SHOWN],
        scopes=request.scopes,
        created_at=now,
        expires_at=now + timedelta(days=request.expires_in_days),
        hash=hash_of(secret),
    )
    good = [one for one in ring.items if is_good(one, now)]
    ended = [one for one in ring.items if not is_good(one, now)][: REMEMBERED - len(good) - 1]
    kept = [made, *sorted([*good, *ended], key=lambda one: one.created_at, reverse=True)]
    return KeyRing(items=kept, version=ring.version + 1)


def revoked(ring: KeyRing, key_id: str, now: datetime) -> KeyRing:
    return _with(ring, find(ring, key_id).model_copy(update={"revoked_at": now}))


def used(ring: KeyRing, key_id: str, on: date) -> KeyRing:
    """News of a use may come late, twice, or after the key was forgotten."""
    known = [one for one in ring.items if one.id == key_id and (one.last_used_on or date.min) < on]
    return _with(ring, known[0].model_copy(update={"last_used_on": on})) if known else ring


def find(ring: KeyRing, key_id: str) -> KeptKey:
    for one in ring.items:
        if one.id == key_id:
            return one
    raise NotFound()


def is_good(key: KeptKey, now: datetime) -> bool:
    return not key.revoked_at and now < key.expires_at


def asked_for(key: KeptKey, request: ApiKeyRequest) -> bool:
    """Whether this request is the repetition of the one that made the key."""
    life = timedelta(days=request.expires_in_days)
    return (key.name, key.scopes, key.expires_at - key.created_at) == (request.name, request.scopes, life)


def shown(key: KeptKey) -> ApiKey:
    return ApiKey(**key.model_dump(exclude={"hash"}))


def told_once(key: KeptKey, secret: str) -> NewApiKey:
    """As it was when it was made, whatever has become of it since."""
    fields = key.model_dump(exclude={"hash"}) | {"last_used_on": None, "revoked_at": None}
    return NewApiKey(**fields, api_key=secret)


def _with(ring: KeyRing, changed: KeptKey) -> KeyRing:
    items = [changed if one.id == changed.id else one for one in ring.items]
    return KeyRing(items=items, version=ring.version + 1)
