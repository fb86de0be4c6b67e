"""API keys: let a program act for a person, within scopes; see when it last did, and end it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import events
from functions.identity.api.app import api
from functions.identity.model.api_keys import ApiKeyId, ApiKeyList, ApiKeyRequest, NewApiKey
from functions.identity.rules import api_keys as rules
from functions.identity.store.api_keys import key_rings
from kernel import authz, clock, ids, settings
from kernel.authz import require
from kernel.http import IdempotencyKeyReused, receipt


@api.post("/v1/me/api-keys", permit="manage_api_keys", status_code=201)
def create_api_key(request: ApiKeyRequest) -> NewApiKey:
    """Make an API key. The answer is the only one that has it: keep it where you keep passwords.

    A program sends it as Authorization: Bearer …; it may do what you may, as far as its scopes go, and never what only
    a person can: keys, passwords, sessions. It is known everywhere within a minute.
    """
    me = require("manage_api_keys", owner=authz.principal().id)
    repeatable = receipt(None, 201)  # not kept: it would hold the key, which a repetition derives again from its id
    key_id = ids.derived_id("key", me.id, repeatable.key) if repeatable else ids.new_id("key")
    secret = rules.secret_of(key_id, settings.key("api-key"))
    ring = key_rings().ring(me.id)
    for known in ring.items:
        if known.id == key_id:
            if not rules.asked_for(known, request):
                raise IdempotencyKeyReused()
            return rules.told_once(known, secret)
    ring = rules.with_key(ring, key_id, secret, request, clock.now())
    made = rules.find(ring, key_id)
    told = events.ApiKeyCreated(
        user_id=me.id,
        key_id=key_id,
        key_hash=made.hash,
        scopes=made.scopes,
        expires_at=clock.rfc3339(made.expires_at),
    )
    key_rings().keep_ring(me.id, ring, [(key_id, 1, told)])
    return rules.told_once(made, secret)


@api.get("/v1/me/api-keys", permit="read_api_keys")
def list_api_keys() -> ApiKeyList:
    """Your API keys, newest first, each by its first letters: what they may do, and on which day they last did."""
    me = require("read_api_keys", owner=authz.principal().id)
    return ApiKeyList(items=[rules.shown(one) for one in key_rings().ring(me.id).items])


@api.delete("/v1/me/api-keys/<key_id>", permit="manage_api_keys", status_code=204)
def revoke_api_key(key_id: Annotated[ApiKeyId, Path()]) -> None:
    """Revoke an API key. It is refused within a minute, for ever."""
    me = require("manage_api_keys", owner=authz.principal().id)
    ring = key_rings().ring(me.id)
    key = rules.find(ring, key_id)
    if not key.revoked_at:
        told = events.ApiKeyRevoked(user_id=me.id, key_id=key_id, key_hash=key.hash)
        ring = rules.revoked(ring, key_id, clock.now())
        key_rings().keep_ring(me.id, ring, [(key_id, 2, told)], receipt(None, 204))
