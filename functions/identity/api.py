"""Identity over HTTP: sign up, prove the address, sign in and out, read and edit the profile."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.identity import accounts, events, rules
from functions.identity.model import (
    ChallengeId,
    CodeSent,
    ConfirmPasswordReset,
    Locale,
    PasswordChange,
    PasswordResetRequest,
    Profile,
    ProfileChange,
    Purpose,
    Refreshed,
    RefreshRequest,
    RolesChange,
    Session,
    SessionEnded,
    SessionList,
    SessionView,
    SignedIn,
    SignInRefused,
    SignInRequest,
    SignUpRequest,
    UserId,
    VerifySignUpRequest,
)
from functions.identity.store import store
from kernel import authz, clock, ids, log, settings
from kernel.authz import PUBLIC, require
from kernel.errors import NotFound
from kernel.http import Api, expected_version, receipt, user_agent

api = Api("identity")
handler = api.handler


# Signing up


@api.post("/v1/sign-ups", permit=PUBLIC, status_code=202)
def sign_up(request: SignUpRequest) -> CodeSent:
    """Begin an account: a six-digit code goes to the address.

    The answer is the same whether the address is known or not; what the mail says differs.
    """
    return _send_code(Purpose.SIGN_UP, request.email, request.locale)


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
        return _profile(challenge.spent_on)
    rules.check_password(request.password.get_secret_value(), email=challenge.email, name=request.name)
    first_admin = settings.setting("first_admin", "")
    profile = rules.new_profile(challenge, name=request.name, first_admin=first_admin, now=now)
    accounts.create(profile.user_id, request.password)
    store().open_account(profile, challenge)
    log.count("accounts_total")
    return profile


# Signing in


@api.post("/v1/sessions", permit=PUBLIC, status_code=201)
def sign_in(request: SignInRequest) -> SignedIn:
    """Sign in with address and password."""
    now = clock.now()
    address = _address(request.email)
    store().count_sign_in(address, now)
    tokens = accounts.sign_in(store().account_of(address), request.password)
    if not tokens or not tokens.refresh_token:
        raise SignInRefused()
    session = rules.new_session(tokens, device=user_agent(), now=now)
    store().start(session, address, now)
    return SignedIn(
        session_id=session.id,
        access_token=tokens.access_token.get_secret_value(),
        refresh_token=tokens.refresh_token.get_secret_value(),
        expires_in_s=tokens.expires_in_s,
    )


@api.post("/v1/sessions/refresh", permit=PUBLIC)
def refresh_session(request: RefreshRequest) -> Refreshed:
    """Get a new access token. A session that was ended gives none."""
    tokens = accounts.refresh(request.refresh_token)
    if not tokens:
        raise SessionEnded()
    session = store().session(tokens.user_id, tokens.session_id)
    if not session or session.ended:
        raise SessionEnded()
    return Refreshed(
        session_id=session.id,
        access_token=tokens.access_token.get_secret_value(),
        expires_in_s=tokens.expires_in_s,
    )


@api.get("/v1/sessions", permit="read_sessions")
def list_sessions(
    limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> SessionList:
    """Where you are signed in."""
    me = require("read_sessions", owner=authz.principal().id)
    sessions, following = store().sessions(me.id, limit=limit, cursor=cursor)
    return SessionList(items=[_view(session, me) for session in sessions if not session.ended], cursor=following)


@api.delete("/v1/sessions/<session_id>", permit="end_sessions", status_code=204)
def end_session(session_id: Annotated[str, Path(max_length=64)]) -> None:
    """Sign out of one session; "current" is the one you call from. Its access token is refused within a minute."""
    me = require("end_sessions", owner=authz.principal().id)
    session = store().session(me.id, me.session if session_id == "current" else session_id)
    if not session:
        raise NotFound()
    store().end([session], receipt=receipt(None, 204))


@api.delete("/v1/sessions", permit="end_sessions", status_code=204)
def end_all_sessions() -> None:
    """Sign out everywhere, this session included."""
    me = require("end_sessions", owner=authz.principal().id)
    store().end_all(me.id)


# The profile


@api.get("/v1/me", permit="read_profile")
def read_me() -> Profile:
    """Your profile."""
    me = require("read_profile", owner=authz.principal().id)
    return _profile(me.id)


@api.patch("/v1/me", permit="edit_profile")
def edit_me(change: ProfileChange) -> Profile:
    """Edit your profile: only what you send changes. Send If-Match so as not to overwrite an edit made elsewhere."""
    me = require("edit_profile", owner=authz.principal().id)
    profile = _profile(me.id)
    edited = rules.edited(profile, change)
    told = events.ProfileEdited(user_id=me.id, locale=edited.locale, currency=edited.currency)
    return store().replace(edited, expecting=expected_version(profile.version), told=[told], receipt=receipt(edited))


@api.get("/v1/users/<user_id>", permit="read_profile")
def read_user(user_id: Annotated[UserId, Path()]) -> Profile:
    """A person's profile, for themself and for operators."""
    require("read_profile", owner=user_id)
    return _profile(user_id)


@api.put("/v1/users/<user_id>/roles", permit="grant_roles")
def grant_roles(user_id: Annotated[UserId, Path()], change: RolesChange) -> Profile:
    """Give a person exactly these roles; everyone stays a customer. Effective within a minute."""
    admin = require("grant_roles")
    profile = _profile(user_id)
    changed = rules.with_roles(profile, change.roles, by=admin.id)
    told = [
        events.RolesChanged(user_id=user_id, roles=list(changed.roles)),
        events.OperatorActed(operator_id=admin.id, action="grant_roles", subject=user_id, reason=change.reason),
    ]
    return store().replace(changed, expecting=expected_version(profile.version), told=told, receipt=receipt(changed))


# Passwords


@api.post("/v1/me/password", permit="change_password", status_code=204)
def change_password(request: PasswordChange) -> None:
    """Change the password. Other sessions stay; end them with DELETE /v1/sessions."""
    me = require("change_password", owner=authz.principal().id)
    profile = _profile(me.id)
    store().count_sign_in(_address(profile.email), clock.now())
    if not accounts.knows_either(me.id, request.current_password, request.new_password):
        raise SignInRefused("The current password is wrong.")
    rules.check_password(request.new_password.get_secret_value(), email=profile.email, name=profile.name)
    accounts.set_password(me.id, request.new_password)
    store().password_changed(profile, by="change", challenge=None, receipt=receipt(None, 204))


@api.post("/v1/password-resets", permit=PUBLIC, status_code=202)
def reset_password(request: PasswordResetRequest) -> CodeSent:
    """Ask for a code to set a new password. The answer is the same whether the address is known or not."""
    return _send_code(Purpose.PASSWORD_RESET, request.email, "en")


@api.post("/v1/password-resets/<reset_id>/confirm", permit=PUBLIC, status_code=204)
def confirm_password_reset(reset_id: Annotated[ChallengeId, Path()], request: ConfirmPasswordReset) -> None:
    """Set a new password with the code from the mail, and sign out everywhere."""
    challenge = store().challenge(reset_id)
    store().count_attempt(challenge)
    rules.check_code(challenge, Purpose.PASSWORD_RESET, request.code, settings.key("code"), clock.now())
    profile = _profile(store().account_of(challenge.address) or "")
    if not challenge.spent_on:
        rules.check_password(request.password.get_secret_value(), email=profile.email, name=profile.name)
        accounts.set_password(profile.user_id, request.password)
        store().password_changed(profile, by="reset", challenge=challenge, receipt=None)
    store().end_all(profile.user_id)


def _send_code(purpose: Purpose, email: str, locale: Locale) -> CodeSent:
    now = clock.now()
    challenge = rules.challenge(ids.new_id("cha"), purpose, _address(email), email, locale, now)
    store().begin(challenge, now)
    return CodeSent(id=challenge.id, expires_at=challenge.expires_at)


def _address(email: str) -> str:
    return rules.address_key(email, settings.key("address"))


def _profile(user_id: str) -> Profile:
    profile = store().profile(user_id)
    if not profile:
        raise NotFound()
    return profile


def _view(session: Session, me: authz.Principal) -> SessionView:
    return SessionView(
        session_id=session.id,
        started_at=session.started_at,
        expires_at=session.expires_at,
        device=session.device,
        current=session.id == me.session,
    )
