"""Identity's things, ready made: tests say only what matters to them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from functions.identity import api, rules, sweep
from functions.identity.model import Challenge, Profile, Purpose, Session
from functions.identity.model.second_factor import SecondFactor
from functions.identity.rules import contacts, guests, second_factor
from functions.identity.rules import erasure as departing
from functions.identity.store import store
from functions.identity.store.erasure import departures
from kernel import aws, clock, ids, settings
from kernel.authz import Principal
from kernel.http import FORM
from local.openid import OpenIdProvider
from tests.builders.http import Answered, Caller, Context

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
USER = "usr_00000000000000000000000000"
OTHER = "usr_00000000000000000000000001"
PASSWORD = "correct horse battery"


def a_profile(**changes: Any) -> Profile:
    fields: dict[str, Any] = {
        "user_id": USER,
        "email": "ada@example.com",
        "name": "Ada",
        "locale": "en",
        "currency": "EUR",
        "roles": ["customer"],
        "created_at": NOW,
        "version": 2,
    }
    return Profile(**(fields | changes))


def a_challenge(**changes: Any) -> Challenge:
    fields: dict[str, Any] = {
        "id": "cha_00000000000000000000000000",
        "purpose": Purpose.SIGN_UP,
        "address": "a" * 40,
        "email": "ada@example.com",
        "locale": "en",
        "expires_at": NOW + rules.CODE_LIFE,
    }
    return Challenge(**(fields | changes))


def a_session(**changes: Any) -> Session:
    fields: dict[str, Any] = {
        "id": "session-1",
        "user_id": USER,
        "started_at": NOW,
        "expires_at": NOW + rules.SESSION_LIFE,
    }
    return Session(**(fields | changes))


public = Caller(api.api)


def as_user(user_id: str, *, session: str = "", roles: tuple[str, ...] = ("customer",)) -> Caller:
    return Caller(api.api, Principal(user_id, session, frozenset(roles)))


def code_of(challenge_id: str) -> str:
    """What the mail says."""
    return rules.code_for(challenge_id, settings.key("code"))


def begin_sign_up(email: str = "ada@example.com") -> str:
    return str(public("POST", "/v1/sign-ups", {"email": email}).json["id"])


def verify(challenge_id: str, *, code: str | None = None, password: str = PASSWORD, name: str = "Ada") -> Answered:
    body = {"code": code or code_of(challenge_id), "password": password, "name": name}
    return public("POST", f"/v1/sign-ups/{challenge_id}/verify", body)


def an_account(email: str = "ada@example.com", password: str = PASSWORD) -> str:
    """A person who has signed up and proven their address; the id of the account."""
    answer = verify(begin_sign_up(email), password=password)
    assert answer.status == 201, answer.text
    return str(answer.json["user_id"])


def sign_in(email: str = "ada@example.com", password: str = PASSWORD) -> Answered:
    return public("POST", "/v1/sessions", {"email": email, "password": password})


def ask_for_code(to: str = "ada@example.com") -> str:
    return str(public("POST", "/v1/sign-in-codes", {"to": to}).json["id"])


def sign_in_by_code(code_id: str) -> Answered:
    answer = public("POST", f"/v1/sign-in-codes/{code_id}/confirm", {"code": code_of(code_id)})
    assert answer.status == 201, answer.text
    return answer


def an_address(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Ada Lovelace",
        "line1": "Torstraße 1",
        "city": "Berlin",
        "postcode": "10119",
        "country": "DE",
    } | changes


def things_of(user_id: str) -> dict[str, str]:
    """What paths name of a person's own."""
    upload_picture(user_id)
    assert as_user(user_id)("POST", "/v1/me/avatar/confirm").status == 200
    address = as_user(user_id)("POST", "/v1/me/addresses", an_address())
    key = as_user(user_id)("POST", "/v1/me/api-keys", {"name": "Stock", "scopes": ["profile:read"]})
    return {
        "address_id": str(address.json["id"]),
        "key_id": str(key.json["id"]),
        **an_export(user_id),
        **_changes_begun(user_id),
        "link_id": a_link(user_id),
    }


def body_of(operation: str, who: Principal | None) -> dict[str, str]:
    """The code that was sent to whoever confirms, or that their app shows."""
    if operation == "confirm_second_factor" and who:
        enrolment = ids.derived_id("enr", who.id)
        return {"enrolment_id": enrolment, "code": app_code(who.id, enrolment)}
    if operation == "absorb_guest" and who:
        return {"guest_token": a_guest(ids.derived_id("gst", who.id))}
    kind = {"confirm_email_change": "email", "confirm_phone_change": "phone"}.get(operation)
    return {"code": code_of(ids.derived_id("cha", kind, who.id))} if kind and who else {}


def ready_for(operation: str, who: Principal, things: dict[str, str]) -> tuple[dict[str, str], dict[str, Any]]:
    """What can be done only once, made anew for one call."""
    if operation == "renew_recovery_codes":
        return things, {"code": app_code(who.id, a_new_second_factor(who.id))}
    if operation == "remove_lost_second_factor":
        a_new_second_factor(things["user_id"])
    if operation == "set_first_password":
        without_password(who.id)
    if operation == "remove_linked_provider":
        return things | {"link_id": a_link(who.id)}, {}
    return things, {}


def without_password(user_id: str) -> None:
    """As somebody whom a provider brought."""
    profile = store().profile(user_id)
    assert profile
    bare = profile.model_copy(update={"has_password": False, "version": profile.version + 1})
    store().replace(bare, expecting=profile.version, told=[], receipt=None)


def a_link(user_id: str) -> str:
    """The id of a provider's account that signs in to this one: another with each call."""
    profile = store().profile(user_id)
    assert profile
    known = {link.id for link in store().links(user_id)}
    begun, code = at_google(sub=ids.new_id("sub"), email=profile.email)
    body = {"continuation": begun["continuation"], "code": code}
    answer = public("POST", f"/v1/social-sign-ins/{begun['id']}/finish", body)
    assert answer.status == 201, answer.text
    (link,) = {link.id for link in store().links(user_id)} - known
    return link


def a_new_second_factor(user_id: str) -> str:
    """On, and no code of its app used yet."""
    enrolment_id = ids.new_id("enr")
    factor = SecondFactor(user_id=user_id, enrolment_id=enrolment_id, since=clock.now(), step=0)
    store().turn_on(factor, instead_of=store().second_factor(user_id))
    return enrolment_id


def _changes_begun(user_id: str) -> dict[str, str]:
    """Of the person's address and number, under ids that lead back to the person."""
    profile, now = store().profile(user_id), clock.now()
    assert profile
    email = f"{user_id[-10:].lower()}@new.example"
    by_email, by_phone = (ids.derived_id("cha", kind, user_id) for kind in ("email", "phone"))
    phone = a_number(user_id)
    for change in (
        contacts.email_change(by_email, rules.address_key(email), email, profile, now),
        contacts.phone_change(by_phone, rules.address_key(phone), phone, profile, now),
    ):
        store().begin_change(change, now, None, None)
    return {"email_change_id": by_email, "phone_change_id": by_phone}


def app_code(user_id: str, enrolment_id: str, *, late: timedelta = timedelta(0)) -> str:
    """What an authenticator app shows."""
    secret = second_factor.secret(user_id, enrolment_id, settings.key("second-factor"))
    return second_factor.code_at(secret, second_factor.step_of(clock.now() + late))


def with_second_factor(me: Caller) -> None:
    enrolment = me("POST", "/v1/me/second-factor-enrolments").json["id"]
    code = app_code(me("GET", "/v1/me").json["user_id"], enrolment)
    answer = me("PUT", "/v1/me/second-factor", {"enrolment_id": enrolment, "code": code})
    assert answer.status == 200, answer.text


GOOGLE = OpenIdProvider("https://accounts.google.test")


def provider_settings(**more: str) -> str:
    return json.dumps({"providers": {"google": GOOGLE.setting() | more}})


def post_form(provider: str, **fields: str) -> Answered:
    """What a browser does that was sent here by a provider's page."""
    headers = {"content-type": FORM}
    return public("POST", f"/v1/sign-in-providers/{provider}/callback", urlencode(fields), headers=headers)


def with_providers(**more: str) -> None:
    """As an operator would set it."""
    value = provider_settings(**more)
    aws.client("ssm").put_parameter(Name=settings.env("SETTINGS_PATH"), Value=value, Type="String", Overwrite=True)
    settings.forget()


def at_google(**claims: Any) -> tuple[dict[str, str], str]:
    """Somebody who has been to the provider: the sign-in that was begun, and the code they came back with."""
    with_providers()
    begun = public("POST", "/v1/social-sign-ins", {"provider": "google"}).json
    said = {"sub": "google-1", "email": "ada@example.com", "email_verified": True, "name": "Ada L", **claims}
    back = GOOGLE.consent(begun["url"], **said)
    assert back["state"] == begun["id"]
    return begun, back["code"]


def a_number(of: str = "ada") -> str:
    """A Ukrainian mobile number, another for everybody."""
    return f"+38067{int(ids.derived_id('num', of)[4:], 36) % 10**7:07d}"


def signed_in(email: str = "ada@example.com") -> Caller:
    """An account of its own with a session that has just begun."""
    user_id = an_account(email)
    return as_user(user_id, session=sign_in(email).json["session_id"])


def with_phone(me: Caller, number: str) -> None:
    change = me("POST", "/v1/me/phone-changes", {"phone": number}).json["id"]
    answer = me("POST", f"/v1/me/phone-changes/{change}/confirm", {"code": code_of(change)})
    assert answer.status == 200, answer.text


def an_export(user_id: str) -> dict[str, str]:
    """All about a person, ready to be fetched by the link in the mail."""
    export_id = str(as_user(user_id)("POST", "/v1/me/exports").json["id"])
    for whose, due_key in departures().due("export", clock.now() + timedelta(seconds=1)):
        sweep.export(whose, due_key, clock.now())
    return {"export_id": export_id, "token": departing.link_token(export_id, settings.key("export"))}


def erased(user_id: str, email: str) -> None:
    """A person who thought better of going, went after all, and whose waiting time is over."""
    me = as_user(user_id, session=sign_in(email).json["session_id"])
    for method in ("POST", "DELETE", "POST"):
        assert me(method, "/v1/me/erasure").status in (202, 204)
    with clock.frozen(clock.now() + departing.WAIT + timedelta(minutes=1)):
        sweep.handler({}, Context())


def id_of(caller: Caller) -> str:
    assert caller.principal
    return caller.principal.id


def a_guest(guest_id: str = "gst_00000000000000000000000000") -> str:
    """The token of somebody without an account."""
    return guests.welcome(guest_id, settings.key("guest", secret="GUESTS_SECRET_ID"), clock.now()).access_token


PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def upload_picture(user_id: str, content: bytes = PNG) -> None:
    """What a browser does with the form it was given."""
    aws.client("s3").put_object(Bucket=settings.env("BUCKET"), Key=departing.upload_key(user_id), Body=content)
