"""How a person is reached: another e-mail address, a telephone number; each proven by a code before it counts."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import rules
from functions.identity.api.app import api, caller, check_fresh, check_phone, profile_of
from functions.identity.model import Challenge, ChallengeId, CodeSent, Profile, Purpose
from functions.identity.model.contacts import ConfirmChange, EmailChange, PhoneChange
from functions.identity.rules import contacts
from functions.identity.store import store
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.errors import NotFound
from kernel.http import receipt


@api.post("/v1/me/email-changes", permit="change_contacts", status_code=202)
def change_email(request: EmailChange) -> CodeSent:
    """Begin to use another e-mail address: a code goes there. Needs a sign-in of the last half hour."""
    me = require("change_contacts", owner=authz.principal().id)
    now = clock.now()
    check_fresh(me, now)
    profile = profile_of(me.id)
    return _begin(
        contacts.email_change(ids.new_id("cha"), rules.address_key(request.email), request.email, profile, now)
    )


@api.post("/v1/me/email-changes/<email_change_id>/confirm", permit="change_contacts")
def confirm_email_change(email_change_id: Annotated[ChallengeId, Path()], request: ConfirmChange) -> Profile:
    """Use the new address from now on. The old and the new address are both told."""
    return _confirm(email_change_id, Purpose.EMAIL_CHANGE, request.code)


@api.post("/v1/me/phone-changes", permit="change_contacts", status_code=202)
def change_phone(request: PhoneChange) -> CodeSent:
    """Begin to use a telephone number, a first or another: a code goes there. Needs a sign-in of the last half hour."""
    me = require("change_contacts", owner=authz.principal().id)
    check_phone(request.phone)
    now = clock.now()
    check_fresh(me, now)
    profile = profile_of(me.id)
    return _begin(
        contacts.phone_change(ids.new_id("cha"), rules.address_key(request.phone), request.phone, profile, now)
    )


@api.post("/v1/me/phone-changes/<phone_change_id>/confirm", permit="change_contacts")
def confirm_phone_change(phone_change_id: Annotated[ChallengeId, Path()], request: ConfirmChange) -> Profile:
    """Use the number from now on, also to sign in. The old and the new number are told, and the e-mail address."""
    return _confirm(phone_change_id, Purpose.PHONE_CHANGE, request.code)


@api.delete("/v1/me/phone", permit="change_contacts", status_code=204)
def remove_phone() -> None:
    """Use no telephone number any more. Needs a sign-in of the last half hour."""
    me = require("change_contacts", owner=authz.principal().id)
    now = clock.now()
    check_fresh(me, now)
    profile = profile_of(me.id)
    if profile.phone:
        left, change = contacts.without_phone(ids.new_id("cha"), profile, now)
        store().remove_phone(left, change, left=rules.address_key(profile.phone), receipt=receipt(None, 204))


def _begin(challenge: Challenge) -> CodeSent:
    sent = CodeSent(id=challenge.id, expires_at=challenge.expires_at)
    store().begin_change(challenge, clock.now(), caller(), receipt(sent, 202))
    return sent


def _confirm(change_id: str, purpose: Purpose, code: str) -> Profile:
    challenge = store().change(change_id)
    if not challenge or not challenge.user_id:
        raise NotFound()
    me = require("change_contacts", owner=challenge.user_id)
    profile = profile_of(me.id)
    if challenge.spent_on:
        return profile  # a repetition
    store().count_attempt(challenge)
    rules.check_code(challenge, purpose, code, settings.key("code"), clock.now())
    changed = contacts.changed(profile, challenge)
    before = profile.email if purpose is Purpose.EMAIL_CHANGE else profile.phone
    left = rules.address_key(before) if before else ""
    return store().change_contact(changed, challenge, left=left, receipt=receipt(changed))
