"""Payments over HTTP: money in from buyers, money out to sellers, and what Stripe tells."""

from functions.payments.api import pay
from functions.payments.api.app import api

__all__ = ["api", "handler", "pay"]

handler = api.handler
