"""Identity's decisions: values in, values out."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.identity.model import (
    Challenge,
    CodeRefused,
    LastAdmin,
    Locale,
    PasswordTooWeak,
    Profile,
    ProfileChange,
    Purpose,
    Role,
    Session,
    Tokens,
)
from kernel import ids

CODE_LIFE = timedelta(minutes=15)
CODE_ATTEMPTS = 5
MAILS_PER_WINDOW = 5
SIGN_INS_PER_WINDOW = 10
WINDOW = timedelta(minutes=15)
SESSION_LIFE = timedelta(days=30)  # as long as Cognito's refresh token


def address_key(address: str) -> str:
    """Stands for an e-mail address or telephone number wherever it is looked up: the same for any letter case.

    Not keyed: the profile beside it holds the address itself, and a key could never be rotated without losing everyone.
    """
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()[:40]


def code_for(challenge_id: str, key: bytes) -> str:
    """Six digits that only the holder of the key can derive, so the code is stored nowhere and may be sent twice."""
    digest = hmac.digest(key, challenge_id.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def challenge(
    challenge_id: str, purpose: Purpose, address: str, email: str, locale: Locale, now: datetime
) -> Challenge:
    return Challenge(
        id=challenge_id, purpose=purpose, address=address, email=email, locale=locale, expires_at=now + CODE_LIFE
    )


def check_code(challenge: Challenge, purpose: Purpose, code: str, key: bytes, now: datetime) -> None:
    """One answer for wrong, late and misplaced alike: a guesser learns nothing from the difference."""
    right = hmac.compare_digest(code_for(challenge.id, key), code)
    if not right or now >= challenge.expires_at or challenge.purpose is not purpose:
        raise CodeRefused()


def window(now: datetime, length: timedelta = WINDOW) -> int:
    """The current counting window's start. Fixed windows: at worst twice the limit across a boundary."""
    seconds = int(length.total_seconds())
    return int(now.timestamp()) // seconds * seconds


def check_password(password: str, *, email: str, name: str = "") -> None:
    """Length is what counts (the edge checks it); here only what makes a long password worthless."""
    lowered = password.casefold()
    local_part = email.casefold().partition("@")[0]
    if (
        len(set(password)) < 5
        or lowered in (email.casefold(), name.casefold())
        or lowered.strip("0123456789!?. ") == local_part
    ):
        raise PasswordTooWeak("Use a password with more variety that is not your name or address.")
    if password != password.strip():
        raise PasswordTooWeak("A password cannot begin or end with a space.")


def user_id(challenge: Challenge) -> str:
    """Derived, so that a repeated verification finds the account its first run began."""
    return ids.derived_id("usr", challenge.id)


def new_profile(challenge: Challenge, *, name: str, first_admin: str, now: datetime) -> Profile:
    """Version 2: registration and the proof of the address are two facts, told as two events."""
    roles: list[Role] = ["customer"]
    if first_admin and first_admin.casefold() == challenge.email.casefold():
        roles.append("admin")
    return Profile(
        user_id=user_id(challenge),
        email=challenge.email,
        name=name,
        locale=challenge.locale,
        currency="EUR",
        roles=roles,
        created_at=now,
        version=2,
    )


def edited(profile: Profile, change: ProfileChange) -> Profile:
    return profile.model_copy(update={**change.model_dump(exclude_none=True), "version": profile.version + 1})


def with_roles(profile: Profile, roles: Sequence[Role], *, by: str) -> Profile:
    if by == profile.user_id and "admin" in profile.roles and "admin" not in roles:
        raise LastAdmin()
    return profile.model_copy(update={"roles": sorted({"customer", *roles}), "version": profile.version + 1})


def new_session(tokens: Tokens, *, device: str, now: datetime) -> Session:
    return Session(
        id=tokens.session_id, user_id=tokens.user_id, started_at=now, expires_at=now + SESSION_LIFE, device=device
    )
