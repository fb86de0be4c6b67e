"""What payments hears: that Stripe told something, and what the ledger, the stores and people's accounts tell."""

from functions.payments.consumers import accounts, journals, money_back, people, stores, stripe
from functions.payments.consumers.app import consumer
from functions.payments.stripe_api import in_time

__all__ = ["accounts", "consumer", "handler", "journals", "money_back", "people", "stores", "stripe"]

handler = in_time(consumer.handler)
