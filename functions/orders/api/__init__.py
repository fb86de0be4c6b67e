"""Orders over HTTP: a quote becomes one, its buyer follows it, stores see what they have to deliver."""

from functions.orders.api import checkouts, fulfilment, orders, parked, stores, sweeps
from functions.orders.api.app import api

__all__ = ["api", "checkouts", "fulfilment", "handler", "orders", "parked", "stores", "sweeps"]

handler = api.handler
