"""Signing in without a password: a code by mail or SMS to the address or number of the account."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import accounts, rules
from functions.identity.api.app import api, caller, check_phone, second_step
from functions.identity.model import ChallengeId, CodeRefused, CodeSent, Purpose, SignedIn
from functions.identity.model.contacts import CodeSignIn, SignInCodeRequest
from functions.identity.rules import contacts
from functions.identity.store import store
from kernel import clock, ids, settings
from kernel.authz import PUBLIC
from kernel.http import user_agent


@api.post("/v1/sign-in-codes", permit=PUBLIC, status_code=202)
def send_sign_in_code(request: SignInCodeRequest) -> CodeSent:
    """Ask for a code to sign in with, by mail or SMS. The answer is the same whether the account exists or not."""
    check_phone(request.to)
    now = clock.now()
    challenge = contacts.sign_in_code(ids.new_id("cha"), rules.address_key(request.to), request.to, now)
    store().begin(challenge, now, caller())
    return CodeSent(id=challenge.id, expires_at=challenge.expires_at)


@api.post("/v1/sign-in-codes/<code_id>/confirm", permit=PUBLIC, status_code=201)
def sign_in_with_code(code_id: Annotated[ChallengeId, Path()], request: CodeSignIn) -> SignedIn:
    """Sign in with the code. It is good once: if the answer is lost on its way, ask for another."""
    now = clock.now()
    challenge = store().challenge(code_id)
    store().count_attempt(challenge)
    rules.check_code(challenge, Purpose.SIGN_IN, request.code, settings.key("code"), now)
    user_id = store().claimant(challenge)
    if not user_id or challenge.spent_on:
        raise CodeRefused()
    second = second_step(user_id, request.second_factor, now)
    tokens = accounts.vouch(user_id)
    if not tokens or not tokens.refresh_token:
        raise CodeRefused()
    session = rules.new_session(tokens, device=user_agent(), now=now)
    store().start(session, challenge.address, now, challenge=challenge, second=second)
    return SignedIn(
        session_id=session.id,
        access_token=tokens.access_token.get_secret_value(),
        refresh_token=tokens.refresh_token.get_secret_value(),
        expires_in_s=tokens.expires_in_s,
    )
