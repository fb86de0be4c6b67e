"""What payments hears: that Stripe told something, and what the ledger, the stores and people's accounts tell."""

from functions.payments.consumers import people, stores
from functions.payments.consumers.app import consumer

__all__ = ["consumer", "handler", "people", "stores"]

handler = consumer.handler
