"""Search over HTTP."""

from functions.search.api import discovery, operators, searches
from functions.search.api.app import api

__all__ = ["api", "discovery", "handler", "operators", "searches"]

handler = api.handler
