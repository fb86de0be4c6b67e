"""Who may be sent a code, how often, and what a proven address or number changes."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from functions.identity import phones, rules
from functions.identity.model import Challenge, Profile, Purpose, Session
from functions.identity.model.contacts import PhoneNotServed, SignInAgain

DAY = timedelta(days=1)
CODES_PER_DAY = 20  # to one address or number: a hundred guesses at a million
CODES_PER_CALLER = 60  # from one network in a window: a household, an office
FAILURES_PER_CALLER = 100  # to sign in, from one network in a window
SMS_PER_DAY = 1_000  # all of Metco's, if the settings say nothing else
FRESH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Network:
    """Where callers come from, for counting: its key, and how many people to expect behind it."""

    key: str
    people: int = 1


def caller_network(ip: str) -> str:
    """Whoever has one IPv6 address has 2^64 of them: the network is what counts."""
    address = ip_address(ip)
    return ip if address.version == 4 else str(ip_network((address, 64), strict=False))


def network_key(ip: str, key: bytes) -> str:
    """Stands for a network while its failures are counted. Keyed, because there are few enough to try them all."""
    return hmac.new(key, caller_network(ip).encode(), hashlib.sha256).hexdigest()[:40]


def check_phone(number: str, served: Sequence[str]) -> None:
    """`served` are the countries that codes are sent to; none named: all."""
    if not phones.takes_sms(number) or (served and phones.region(number) not in served):
        raise PhoneNotServed()


def check_fresh(session: Session | None, now: datetime) -> None:
    """What decides over the account is not for whoever found a laptop open, nor for an API key."""
    if not session or session.ended or now - session.started_at > FRESH:
        raise SignInAgain()


def vouching(user_id: str, nonce: str, key: bytes) -> str:
    """Identity's word to the user pool that this is the person; good for one nonce."""
    return hmac.new(key, f"{user_id}|{nonce}".encode(), hashlib.sha256).hexdigest()


def sign_in_code(challenge_id: str, address: str, to: str, now: datetime) -> Challenge:
    """In English: nobody has said yet who they are."""
    made = rules.challenge(challenge_id, Purpose.SIGN_IN, address, to, "en", now)
    return made.model_copy(update={"email": "", "phone": to}) if is_phone(to) else made


def email_change(challenge_id: str, address: str, email: str, profile: Profile, now: datetime) -> Challenge:
    made = rules.challenge(challenge_id, Purpose.EMAIL_CHANGE, address, email, profile.locale, now)
    return made.model_copy(update={"user_id": profile.user_id, "before": profile.email})


def phone_change(challenge_id: str, address: str, phone: str, profile: Profile, now: datetime) -> Challenge:
    made = rules.challenge(challenge_id, Purpose.PHONE_CHANGE, address, "", profile.locale, now)
    return made.model_copy(update={"phone": phone, "user_id": profile.user_id, "before": profile.phone})


def is_phone(to: str) -> bool:
    return "@" not in to


def changed(profile: Profile, challenge: Challenge) -> Profile:
    """What the proof of the new address or number makes of the profile."""
    reached = {"email": challenge.email} if challenge.purpose is Purpose.EMAIL_CHANGE else {"phone": challenge.phone}
    return profile.model_copy(update={**reached, "version": profile.version + 1})


def without_phone(change_id: str, profile: Profile, now: datetime) -> tuple[Profile, Challenge]:
    """The change is written down like a proven one, so that the old number can be told of it."""
    change = phone_change(change_id, "", "", profile, now).model_copy(update={"spent_on": profile.user_id})
    return changed(profile, change), change


def masked(to: str) -> str:
    """Enough to recognise one's own, too little to learn another's."""
    if is_phone(to):
        return f"{to[:3]}…{to[-2:]}"
    local, _, domain = to.partition("@")
    return f"{local[:1]}…@{domain}"
