"""Signing in by a provider: what goes there, what is believed of what comes back, and whose account it is."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from functions.identity.model import Profile
from functions.identity.model.social import (
    AddressNotVouchedFor,
    Attempt,
    Claims,
    LastWayIn,
    Link,
    Provider,
    ProviderUnknown,
    SocialSignInRefused,
)
from kernel import ids
from kernel.errors import NotFound

ATTEMPT_LIFE = timedelta(minutes=15)


def attempt(attempt_id: str, provider: str, expires_s: int, key: bytes) -> Attempt:
    def derived(what: str) -> str:
        digest = hmac.digest(key, f"{what}|{provider}|{attempt_id}|{expires_s}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    return Attempt(
        id=attempt_id,
        nonce=derived("nonce"),
        verifier=derived("verifier"),
        continuation=f"{provider}.{expires_s}.{derived('continuation')}",
        expires_at=datetime.fromtimestamp(expires_s, tz=UTC),
    )


def resumed(attempt_id: str, continuation: str, key: bytes, now: datetime) -> tuple[str, Attempt]:
    """The provider and the attempt, if this browser began it: whoever only saw the way back has no continuation."""
    provider, _, rest = continuation.partition(".")
    expires = rest.partition(".")[0]
    if not (expires.isascii() and expires.isdigit() and len(expires) <= 11):
        raise SocialSignInRefused()
    began = attempt(attempt_id, provider, int(expires), key)
    right = hmac.compare_digest(began.continuation.encode(), continuation.encode())
    if not right or now >= began.expires_at:
        raise SocialSignInRefused()
    return provider, began


def authorization_url(endpoint: str, provider: Provider, attempt: Attempt) -> str:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": provider.redirect_uri,
        "scope": provider.scope,
        "state": attempt.id,
        "nonce": attempt.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    if provider.response_mode:
        asked["response_mode"] = provider.response_mode
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"


def page_with(provider: Provider, state: str, code: str, error: str) -> str:
    """As if the provider had appended it itself: the page need not know by which way somebody came."""
    if not provider.page:
        raise ProviderUnknown()
    said = {"state": state, "error": error} if error else {"state": state, "code": code}
    return f"{provider.page}{'&' if '?' in provider.page else '?'}{urlencode(said)}"


def link_key(issuer: str, subject: str, key: bytes) -> str:
    """Stands for a person at a provider, as an address's key stands for the address."""
    return hmac.new(key, f"{issuer}|{subject}".encode(), hashlib.sha256).hexdigest()[:40]


def check_vouched(claims: Claims) -> None:
    """An account is found, or made, by an address that the provider has verified, and by nothing else it says."""
    if not claims.email or not claims.email_verified:
        raise AddressNotVouchedFor()


def user_id(link: str) -> str:
    """Derived, so that an account that was begun and cut off is found again."""
    return ids.derived_id("usr", "social", link)


def new_profile(link: str, claims: Claims, now: datetime) -> Profile:
    return Profile(
        user_id=user_id(link),
        email=claims.email,
        name=claims.name or claims.email.partition("@")[0],
        locale="en",
        currency="EUR",
        roles=["customer"],
        has_password=False,
        created_at=now,
        version=2,
    )


def find(links: Sequence[Link], link_id: str) -> Link:
    for one in links:
        if one.id == link_id:
            return one
    raise NotFound()


def check_removable(profile: Profile, links: Sequence[Link]) -> None:
    """Codes by mail lead in too, but who came by a provider may long have lost the mailbox it vouched for."""
    if len(links) == 1 and not profile.has_password:
        raise LastWayIn()


def code_hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
