"""Decisions about guests."""

from datetime import datetime, timedelta

from functions.identity.model.guests import Guest, GuestTaken, GuestTokenWrong
from kernel import passes

PREFIX = "mg_"
LIFE = timedelta(days=30)


def welcome(guest_id: str, key: bytes, now: datetime) -> Guest:
    token = PREFIX + passes.give(guest_id, now + LIFE, key)
    return Guest(guest_id=guest_id, access_token=token, expires_in_s=int(LIFE.total_seconds()))


def recognised(token: str, key: bytes, now: datetime) -> str:
    guest_id = passes.check(token.removeprefix(PREFIX), key, now) if token.startswith(PREFIX) else None
    if not guest_id:
        raise GuestTokenWrong()
    return guest_id


def check_free(taken_by: str | None, user_id: str) -> None:
    if taken_by and taken_by != user_id:
        raise GuestTaken()
