"""Signing up: a code to the address, and with it an account."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import accounts, rules
from functions.identity.api.app import api, profile_of, send_code
from functions.identity.model import (
    ChallengeId,
    CodeSent,
    Profile,
    Purpose,
    SignUpRequest,
    VerifySignUpRequest,
)
from functions.identity.store import store
from kernel import clock, log, settings
from kernel.authz import PUBLIC


@api.post("/v1/sign-ups", permit=PUBLIC, status_code=202)
def sign_up(request: SignUpRequest) -> CodeSent:
    """Begin an account: a six-digit code goes to the address.

    The answer is the same whether the address is known or not; what the mail says differs.
    """
    return send_code(Purpose.SIGN_UP, request.email, request.locale)


@api.post("/v1/sign-ups/<sign_up_id>/verify", permit=PUBLIC, status_code=201)
def verify_sign_up(sign_up_id: Annotated[ChallengeId, Path()], request: VerifySignUpRequest) -> Profile:
    """Open the account with the code from the mail.

    The password is chosen here, by whoever holds the code, so nobody can prepare an account for another's address.
    Repeating the request with the same code returns the same account.
    """
    now = clock.now()
    challenge = store().challenge(sign_up_id)
    store().count_attempt(challenge)
    rules.check_code(challenge, Purpose.SIGN_UP, request.code, settings.key("code"), now)
    if challenge.spent_on:
        return profile_of(challenge.spent_on)
    rules.check_password(request.password.get_secret_value(), email=challenge.email, name=request.name)
    first_admin = settings.setting("first_admin", "")
    profile = rules.new_profile(challenge, name=request.name, first_admin=first_admin, now=now)
    with store().password_turn(profile.user_id, None, now) as turn:
        accounts.create(profile.user_id, request.password)
        store().open_account(profile, challenge, turn)
    log.count("accounts_total")
    return profile
