"""Signing in by an account elsewhere: to the provider and back, by authorization code and PKCE."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Form, Path

from functions.identity import accounts, providers, rules
from functions.identity.api.app import api, caller, check_fresh, profile_of, second_step
from functions.identity.model import SignedIn
from functions.identity.model.social import (
    Arrival,
    ArrivalTaken,
    Attempt,
    BeginSocialSignIn,
    FinishSocialSignIn,
    LinkId,
    LinkList,
    Provider,
    ProviderList,
    ProviderName,
    ProviderUnknown,
    SocialSignIn,
    SocialSignInId,
    SocialSignInRefused,
)
from functions.identity.rules import social
from functions.identity.store import store
from kernel import authz, clock, ids, log, settings
from kernel.authz import PUBLIC, require
from kernel.http import FORM, receipt, see_other, user_agent


@api.get("/v1/sign-in-providers", permit=PUBLIC)
def list_providers() -> ProviderList:
    """By whom people can sign in here, besides password and code."""
    return ProviderList(items=sorted(settings.setting("providers", {})))


@api.post("/v1/social-sign-ins", permit=PUBLIC, status_code=201)
def begin_social_sign_in(request: BeginSocialSignIn) -> SocialSignIn:
    """Begin to sign in by a provider. Send the person to `url`; keep `continuation` in the browser for the way back."""
    provider = _provider(request.provider)
    expires_s = clock.epoch_s(clock.now() + social.ATTEMPT_LIFE)
    attempt = social.attempt(ids.new_id("soc"), provider.name, expires_s, settings.key("social"))
    url = social.authorization_url(providers.authorization_endpoint(provider), provider, attempt)
    return SocialSignIn(id=attempt.id, url=url, continuation=attempt.continuation, expires_at=attempt.expires_at)


@api.post("/v1/social-sign-ins/<social_sign_in_id>/finish", permit=PUBLIC, status_code=201)
def finish_social_sign_in(
    social_sign_in_id: Annotated[SocialSignInId, Path()], request: FinishSocialSignIn
) -> SignedIn:
    """Sign in with what the provider appended to the page. Opens an account where there is none with this address.

    Compare `state` with the id before: else somebody may be signing this browser in to their own account.
    """
    now = clock.now()
    name, attempt = social.resumed(social_sign_in_id, request.continuation, settings.key("social"), now)
    network = caller()
    store().count_sign_in(attempt.id, now, network)
    arrival = store().arrival(attempt.id) or _arrived(_provider(name), attempt, request.code)
    if arrival.spent or arrival.code_hash != social.code_hash(request.code):
        raise ArrivalTaken()
    second = second_step(arrival.user_id, request.second_factor, now)
    tokens = accounts.vouch(arrival.user_id)
    if not tokens or not tokens.refresh_token:
        raise SocialSignInRefused()
    session = rules.new_session(tokens, device=user_agent(), now=now)
    store().start(session, attempt.id, now, network=network, second=second, arrival=arrival)
    return SignedIn(
        session_id=session.id,
        access_token=tokens.access_token.get_secret_value(),
        refresh_token=tokens.refresh_token.get_secret_value(),
        expires_in_s=tokens.expires_in_s,
    )


@api.post("/v1/sign-in-providers/<provider>/callback", permit=PUBLIC, takes=FORM, status_code=303)
def come_back_by_form(
    provider: Annotated[ProviderName, Path()],
    state: Annotated[str, Form(min_length=1, max_length=100, examples=["soc_01k6m2q8vx4c7e9r1t3y5w7zab"])],
    code: Annotated[str, Form(max_length=4096, examples=["c5f0…"])] = "",
    error: Annotated[str, Form(max_length=100, description="Instead of a code", examples=[""])] = "",
) -> Response[str]:
    """Where a provider that answers by a form, as Apple does, has the browser post it.

    The browser goes on to the page that finishes the sign-in, with `state` and `code` appended as by any provider.
    """
    return see_other(social.page_with(_provider(provider), state, code, error))


@api.get("/v1/me/linked-providers", permit="manage_links")
def list_linked_providers() -> LinkList:
    """The accounts elsewhere that sign in to yours."""
    me = require("manage_links", owner=authz.principal().id)
    return LinkList(items=store().links(me.id))


@api.delete("/v1/me/linked-providers/<link_id>", permit="manage_links", status_code=204)
def remove_linked_provider(link_id: Annotated[LinkId, Path()]) -> None:
    """Sign in by this account no more; you are told by mail. Needs a sign-in of the last half hour, and another way in.

    Whoever signs in there again under your verified address links it again.
    """
    me = require("manage_links", owner=authz.principal().id)
    check_fresh(me, clock.now())
    profile, links = profile_of(me.id), store().links(me.id)
    link = social.find(links, link_id)
    social.check_removable(profile, links)
    store().unlink(profile, link, receipt(None, 204))


def _provider(name: str) -> Provider:
    found = settings.setting("providers", {}).get(name)
    if not found:
        raise ProviderUnknown()
    return Provider(name=name, **found)


def _arrived(provider: Provider, attempt: Attempt, code: str) -> Arrival:
    """Written down before the second factor is asked for: the provider takes its code only once."""
    claims = providers.claims(provider, code, attempt)
    if not claims:
        raise SocialSignInRefused()
    link = social.link_key(provider.issuer, claims.subject, settings.key("link"))
    user_id = store().linked(link)
    linked = user_id is not None
    if not user_id:
        social.check_vouched(claims)
        address = rules.address_key(claims.email)
        user_id = store().account_of(address)
        if not user_id:
            now = clock.now()
            profile = social.new_profile(link, claims, now)
            with store().password_turn(profile.user_id, None, now) as turn:
                accounts.create_without_password(profile.user_id)
                store().open_linked_account(profile, address, link, provider.name, turn)
            log.count("accounts_total")
            user_id, linked = profile.user_id, True
    arrival = Arrival(
        id=attempt.id,
        provider=provider.name,
        user_id=user_id,
        link=link,
        linked=linked,
        code_hash=social.code_hash(code),
        expires_at=attempt.expires_at,
    )
    store().arrive(arrival)
    return arrival
