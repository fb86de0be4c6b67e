"""Ledger over HTTP: what buyers and sellers have, the books behind it, and what people decide."""

from functions.ledger.api import approvals, books, commission, funds, giving, rates, wallets, withdrawals
from functions.ledger.api.app import api

__all__ = [
    "api",
    "approvals",
    "books",
    "commission",
    "funds",
    "giving",
    "handler",
    "rates",
    "wallets",
    "withdrawals",
]

handler = api.handler
