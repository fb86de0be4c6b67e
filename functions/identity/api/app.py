"""The domain's one API, and what several of its files do first."""

from datetime import datetime

from pydantic import SecretStr

from functions.identity import rules
from functions.identity.model import (
    CodeSent,
    Locale,
    Profile,
    Purpose,
)
from functions.identity.rules import contacts, second_factor
from functions.identity.rules.contacts import Network
from functions.identity.rules.second_factor import Use
from functions.identity.store import store
from kernel import clock, ids, settings
from kernel.authz import Principal
from kernel.errors import NotFound
from kernel.http import Api, caller_ip

api = Api("identity")


def send_code(purpose: Purpose, email: str, locale: Locale) -> CodeSent:
    now = clock.now()
    challenge = rules.challenge(ids.new_id("cha"), purpose, rules.address_key(email), email, locale, now)
    store().begin(challenge, now, caller())
    return CodeSent(id=challenge.id, expires_at=challenge.expires_at)


def caller() -> Network | None:
    """The network of the caller. Where all share one address, as on a laptop, the settings say how many they are."""
    ip = caller_ip()
    if not ip:
        return None
    key = contacts.network_key(ip, settings.key("network"))
    return Network(key, settings.setting("people_per_network", 1))


def check_phone(to: str) -> None:
    if contacts.is_phone(to):
        contacts.check_phone(to, settings.setting("sms_countries", []))


def check_fresh(me: Principal, now: datetime) -> None:
    contacts.check_fresh(store().session(me.id, me.session) if me.session else None, now)


def second_step(user_id: str, given: SecretStr | None, now: datetime) -> Use | None:
    """The second factor that was sent along, looked at. Whether one is needed, `start` decides in its transaction."""
    factor = store().second_factor(user_id) if given else None
    if not factor or not given:
        return None
    store().count_second_factor(user_id, now)
    return second_factor.use(factor, given.get_secret_value(), settings.key("second-factor"), now)


def profile_of(user_id: str) -> Profile:
    profile = store().profile(user_id)
    if not profile:
        raise NotFound()
    return profile
