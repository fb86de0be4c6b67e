"""Stores over HTTP: open one, look after it, see it as a visitor."""

from functions.stores.api import (
    follows,
    invitations,
    moderation,
    pages,
    pictures,
    reviews,
    sections,
    settings,
    staff,
    transfers,
    verification,
)
from functions.stores.api.app import api

__all__ = [
    "api",
    "follows",
    "handler",
    "invitations",
    "moderation",
    "pages",
    "pictures",
    "reviews",
    "sections",
    "settings",
    "staff",
    "transfers",
    "verification",
]

handler = api.handler
