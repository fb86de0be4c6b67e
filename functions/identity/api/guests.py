"""Guests: people who have no account yet, and what becomes of them when they do."""

from functions.identity.api.app import api
from functions.identity.model.guests import Absorbed, AbsorbRequest, CallerView, Guest
from functions.identity.rules import guests as rules
from functions.identity.store.guests import guests
from kernel import authz, clock, ids, settings
from kernel.authz import GUEST, PUBLIC, require
from kernel.http import receipt


@api.post("/v1/guests", permit=PUBLIC, status_code=201)
def begin_as_guest() -> Guest:
    """Begin as a guest: a token that is good for a basket, and for nothing that needs an account."""
    return rules.welcome(ids.new_id("gst"), _key(), clock.now())


@api.post("/v1/me/guests", permit="absorb_guest")
def absorb_guest(request: AbsorbRequest) -> Absorbed:
    """Take over what you had as a guest, after you have signed in. From then on the guest's token is refused."""
    me = require("absorb_guest", owner=authz.principal().id)
    guest_id = rules.recognised(request.guest_token.get_secret_value(), _key(), clock.now())
    taken_by = guests().taken_by(guest_id)
    rules.check_free(taken_by, me.id)
    absorbed = Absorbed(guest_id=guest_id)
    if not taken_by:
        guests().absorb(guest_id, me.id, receipt(absorbed))
    return absorbed


@api.get("/v1/caller", permit="read_caller")
def read_caller() -> CallerView:
    """Who you are by the credential you sent: a person, a guest, or a program with an API key."""
    me = require("read_caller", owner=authz.principal().id)
    if me.scopes is not None:
        return CallerView(id=me.id, kind="api_key", scopes=sorted(me.scopes))
    return CallerView(id=me.id, kind="guest" if GUEST in me.roles else "person")


def _key() -> bytes:
    return settings.key("guest", secret="GUESTS_SECRET_ID")
