"""Sessions: begin, refresh, list and end them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.identity import accounts, rules
from functions.identity.api.app import api, caller, second_step
from functions.identity.model import (
    Refreshed,
    RefreshRequest,
    Session,
    SessionEnded,
    SessionList,
    SessionView,
    SignedIn,
    SignInRefused,
    SignInRequest,
)
from functions.identity.store import store
from kernel import authz, clock
from kernel.authz import PUBLIC, require
from kernel.errors import NotFound
from kernel.http import receipt, user_agent


@api.post("/v1/sessions", permit=PUBLIC, status_code=201)
def sign_in(request: SignInRequest) -> SignedIn:
    """Sign in with address and password."""
    now = clock.now()
    address = rules.address_key(request.email)
    network = caller()
    store().count_sign_in(address, now, network)
    tokens = accounts.sign_in(store().account_of(address), request.password)
    if not tokens or not tokens.refresh_token:
        raise SignInRefused()
    session = rules.new_session(tokens, device=user_agent(), now=now)
    second = second_step(tokens.user_id, request.second_factor, now)
    store().start(session, address, now, network=network, second=second)
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


def _view(session: Session, me: authz.Principal) -> SessionView:
    return SessionView(
        session_id=session.id,
        started_at=session.started_at,
        expires_at=session.expires_at,
        device=session.device,
        current=session.id == me.session,
    )
