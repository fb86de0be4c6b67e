"""Baskets over HTTP: what buyers are about to buy, and what sellers and the platform give off prices."""

from functions.baskets.api import basket, promotions, quotes
from functions.baskets.api.app import api

__all__ = ["api", "basket", "handler", "promotions", "quotes"]

handler = api.handler
