"""Search over HTTP."""

from functions.search.api import discovery
from functions.search.api.app import api

__all__ = ["api", "discovery", "handler"]

handler = api.handler
