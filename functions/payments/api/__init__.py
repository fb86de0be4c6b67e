"""Payments over HTTP: money in from buyers, money out to sellers, and what Stripe tells."""

from functions.payments.api import history, pay, saved, sellers
from functions.payments.api.app import api

__all__ = ["api", "handler", "history", "pay", "saved", "sellers"]

handler = api.handler
