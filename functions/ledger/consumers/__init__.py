"""What the ledger hears: its own journals, what payments saw happen, what became of orders, who may decide."""

from functions.ledger.consumers import journals, orders, payments, people
from functions.ledger.consumers.app import consumer

__all__ = ["consumer", "handler", "journals", "orders", "payments", "people"]

handler = consumer.handler
