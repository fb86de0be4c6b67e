"""Stores over HTTP: open one, look after it, see it as a visitor."""

from functions.stores.api import follows, invitations, pages, sections, settings, staff, transfers
from functions.stores.api.app import api

__all__ = ["api", "follows", "handler", "invitations", "pages", "sections", "settings", "staff", "transfers"]

handler = api.handler
