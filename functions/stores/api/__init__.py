"""Stores over HTTP: open one, look after it, see it as a visitor."""

from functions.stores.api import pages, settings
from functions.stores.api.app import api

__all__ = ["api", "handler", "pages", "settings"]

handler = api.handler
