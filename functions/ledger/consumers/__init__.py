"""What the ledger hears: its own journals, what payments saw happen to money, and who may decide about it."""

from functions.ledger.consumers import journals, payments, people
from functions.ledger.consumers.app import consumer

__all__ = ["consumer", "handler", "journals", "payments", "people"]

handler = consumer.handler
