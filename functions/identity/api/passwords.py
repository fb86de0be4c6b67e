"""Passwords: change a known one, reset a forgotten one."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import accounts, rules
from functions.identity.api.app import api, caller, check_fresh, profile_of, send_code
from functions.identity.model import (
    ChallengeId,
    CodeSent,
    ConfirmPasswordReset,
    FirstPassword,
    PasswordChange,
    PasswordKnown,
    PasswordResetRequest,
    Purpose,
    SignInRefused,
)
from functions.identity.store import store
from kernel import authz, clock, settings
from kernel.authz import PUBLIC, require
from kernel.http import receipt


@api.post("/v1/me/password", permit="change_password", status_code=204)
def change_password(request: PasswordChange) -> None:
    """Change the password. Other sessions stay; end them with DELETE /v1/sessions."""
    me = require("change_password", owner=authz.principal().id)
    profile = profile_of(me.id)
    store().count_sign_in(rules.address_key(profile.email), clock.now(), caller())
    if not accounts.knows_either(me.id, request.current_password, request.new_password):
        raise SignInRefused("The current password is wrong.")
    rules.check_password(request.new_password.get_secret_value(), email=profile.email, name=profile.name)
    with store().password_turn(me.id, profile, clock.now()) as turn:
        accounts.set_password(me.id, request.new_password)
        store().password_changed(profile, turn, by="change", challenge=None, receipt=receipt(None, 204))


@api.post("/v1/me/first-password", permit="change_password", status_code=204)
def set_first_password(request: FirstPassword) -> None:
    """Set a password where there is none yet: you came by a provider. Needs a sign-in of the last half hour."""
    me = require("change_password", owner=authz.principal().id)
    now = clock.now()
    check_fresh(me, now)
    profile = profile_of(me.id)
    if profile.has_password:
        raise PasswordKnown()
    rules.check_password(request.password.get_secret_value(), email=profile.email, name=profile.name)
    with store().password_turn(me.id, profile, now) as turn:
        accounts.set_password(me.id, request.password)
        store().password_changed(profile, turn, by="first", challenge=None, receipt=receipt(None, 204))


@api.post("/v1/password-resets", permit=PUBLIC, status_code=202)
def reset_password(request: PasswordResetRequest) -> CodeSent:
    """Ask for a code to set a new password. The answer is the same whether the address is known or not."""
    return send_code(Purpose.PASSWORD_RESET, request.email, "en")


@api.post("/v1/password-resets/<reset_id>/confirm", permit=PUBLIC, status_code=204)
def confirm_password_reset(reset_id: Annotated[ChallengeId, Path()], request: ConfirmPasswordReset) -> None:
    """Set a new password with the code from the mail, and sign out everywhere."""
    challenge = store().challenge(reset_id)
    store().count_attempt(challenge)
    rules.check_code(challenge, Purpose.PASSWORD_RESET, request.code, settings.key("code"), clock.now())
    profile = profile_of(store().account_of(challenge.address) or "")
    if not challenge.spent_on:
        rules.check_password(request.password.get_secret_value(), email=profile.email, name=profile.name)
        with store().password_turn(profile.user_id, profile, clock.now()) as turn:
            accounts.set_password(profile.user_id, request.password)
            store().password_changed(profile, turn, by="reset", challenge=challenge, receipt=None)
    store().end_all(profile.user_id, begun_before=challenge.spent_at)
