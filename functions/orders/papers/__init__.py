"""Invoices and credit notes over HTTP, as PDF: a function of its own, because drawing needs what nothing else does."""

from functions.orders.papers import routes
from functions.orders.papers.app import api

__all__ = ["api", "handler", "routes"]

handler = api.handler
