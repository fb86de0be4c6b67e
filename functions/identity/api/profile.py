"""Profiles: a person's own, and what operators may do with others'."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.identity import events, rules
from functions.identity.api.app import api, profile_of
from functions.identity.model import (
    Profile,
    ProfileChange,
    RolesChange,
    UserId,
)
from functions.identity.store import store
from kernel import authz
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/me", permit="read_profile")
def read_me() -> Profile:
    """Your profile."""
    me = require("read_profile", owner=authz.principal().id)
    return profile_of(me.id)


@api.patch("/v1/me", permit="edit_profile")
def edit_me(change: ProfileChange) -> Profile:
    """Edit your profile: only what you send changes. Send If-Match so as not to overwrite an edit made elsewhere."""
    me = require("edit_profile", owner=authz.principal().id)
    profile = profile_of(me.id)
    edited = rules.edited(profile, change)
    told = events.ProfileEdited(user_id=me.id, locale=edited.locale, currency=edited.currency)
    return store().replace(edited, expecting=expected_version(profile.version), told=[told], receipt=receipt(edited))


@api.get("/v1/users/<user_id>", permit="read_profile")
def read_user(user_id: Annotated[UserId, Path()]) -> Profile:
    """A person's profile, for themself and for operators."""
    require("read_profile", owner=user_id)
    return profile_of(user_id)


@api.put("/v1/users/<user_id>/roles", permit="grant_roles")
def grant_roles(user_id: Annotated[UserId, Path()], change: RolesChange) -> Profile:
    """Give a person exactly these roles; everyone stays a customer. Effective within a minute."""
    admin = require("grant_roles")
    profile = profile_of(user_id)
    changed = rules.with_roles(profile, change.roles, by=admin.id)
    told = [
        events.RolesChanged(user_id=user_id, roles=list(changed.roles)),
        events.OperatorActed(operator_id=admin.id, action="grant_roles", subject=user_id, reason=change.reason),
    ]
    return store().replace(changed, expecting=expected_version(profile.version), told=told, receipt=receipt(changed))
