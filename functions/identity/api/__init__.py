"""Identity over HTTP: sign up, prove the address, sign in and out, read and edit the profile."""

from functions.identity.api import (
    addresses,
    api_keys,
    avatars,
    codes,
    contacts,
    erasure,
    guests,
    passwords,
    preferences,
    profile,
    second_factor,
    sessions,
    sign_up,
    social,
)
from functions.identity.api.app import api

__all__ = [
    "addresses",
    "api",
    "api_keys",
    "avatars",
    "codes",
    "contacts",
    "erasure",
    "guests",
    "handler",
    "passwords",
    "preferences",
    "profile",
    "second_factor",
    "sessions",
    "sign_up",
    "social",
]

handler = api.handler
