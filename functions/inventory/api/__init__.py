"""Inventory over HTTP: where goods lie, what comes and goes, and what buyers may know of it."""

from functions.inventory.api import availability, locations, movements, reservations, stock
from functions.inventory.api.app import api

__all__ = ["api", "availability", "handler", "locations", "movements", "reservations", "stock"]

handler = api.handler
