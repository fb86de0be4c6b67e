"""The domain's one API, and what several of its files do first."""

from functions.identity import rules
from functions.identity.model import (
    CodeSent,
    Locale,
    Profile,
    Purpose,
)
from functions.identity.store import store
from kernel import clock, ids
from kernel.errors import NotFound
from kernel.http import Api

api = Api("identity")


def send_code(purpose: Purpose, email: str, locale: Locale) -> CodeSent:
    now = clock.now()
    challenge = rules.challenge(ids.new_id("cha"), purpose, address_of(email), email, locale, now)
    store().begin(challenge, now)
    return CodeSent(id=challenge.id, expires_at=challenge.expires_at)


def address_of(email: str) -> str:
    return rules.address_key(email)


def profile_of(user_id: str) -> Profile:
    profile = store().profile(user_id)
    if not profile:
        raise NotFound()
    return profile
