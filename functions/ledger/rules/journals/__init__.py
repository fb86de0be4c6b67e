"""The only place where journals are made: each follows from one typed fact, and from nothing else.

Everything that moves money calls `journal_of`; lint forbids making a leg or a journal anywhere else.
"""

from functions.ledger.rules.journals import debts, payments, platform, promotion, sales, wallets, withdrawals
from functions.ledger.rules.journals.book import FLOWS, journal_id, journal_id_of, journal_of

__all__ = [
    "FLOWS",
    "debts",
    "journal_id",
    "journal_id_of",
    "journal_of",
    "payments",
    "platform",
    "promotion",
    "sales",
    "wallets",
    "withdrawals",
]
