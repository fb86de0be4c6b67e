"""Orders over HTTP: a quote becomes one, its buyer follows it, stores see what they have to deliver."""

from functions.orders.api import carriers, checkouts, fulfilment, giving_back, orders, parked, returns, stores, sweeps
from functions.orders.api.app import api

__all__ = [
    "api",
    "carriers",
    "checkouts",
    "fulfilment",
    "giving_back",
    "handler",
    "orders",
    "parked",
    "returns",
    "stores",
    "sweeps",
]

handler = api.handler
