"""Payments over HTTP: money in from buyers, money out to sellers, and what Stripe tells."""

from functions.payments.api import (
    chargebacks,
    destinations,
    history,
    pay,
    payments,
    payouts,
    purchases,
    reconciliation,
    refunds,
    saved,
    sellers,
    webhooks,
)
from functions.payments.api.app import api
from functions.payments.stripe_api import in_time

__all__ = [
    "api",
    "chargebacks",
    "destinations",
    "handler",
    "history",
    "pay",
    "payments",
    "payouts",
    "purchases",
    "reconciliation",
    "refunds",
    "saved",
    "sellers",
    "webhooks",
]

handler = in_time(api.handler)
