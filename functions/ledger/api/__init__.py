"""Ledger over HTTP: what buyers and sellers have, the books behind it, and what people decide."""

from functions.ledger.api import (
    approvals,
    bookings,
    books,
    commission,
    funds,
    giving,
    policies,
    rates,
    wallets,
    withdrawals,
)
from functions.ledger.api.app import api

__all__ = [
    "api",
    "approvals",
    "bookings",
    "books",
    "commission",
    "funds",
    "giving",
    "handler",
    "policies",
    "rates",
    "wallets",
    "withdrawals",
]

handler = api.handler
