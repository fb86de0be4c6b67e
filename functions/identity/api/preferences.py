"""Preferences: what a person wants to be told, by which channel, and when not."""

from functions.identity.api.app import api
from functions.identity.model.preferences import Preferences, PreferencesChange
from functions.identity.rules import preferences as rules
from functions.identity.store.addresses import personal_things
from kernel import authz
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/me/preferences", permit="read_preferences")
def read_preferences() -> Preferences:
    """What you want to be told, and how."""
    me = require("read_preferences", owner=authz.principal().id)
    return personal_things().preferences(me.id)


@api.patch("/v1/me/preferences", permit="edit_preferences")
def edit_preferences(change: PreferencesChange) -> Preferences:
    """Edit your preferences: only what you send changes. Codes and other security mail are always sent."""
    me = require("edit_preferences", owner=authz.principal().id)
    current = personal_things().preferences(me.id)
    edited = rules.edited(current, change)
    expecting = expected_version(current.version)
    return personal_things().keep_preferences(me.id, edited, expecting=expecting, receipt=receipt(edited))
