"""Baskets over HTTP: what sellers and the platform give off prices."""

from functions.baskets.api import promotions
from functions.baskets.api.app import api

__all__ = ["api", "handler", "promotions"]

handler = api.handler
