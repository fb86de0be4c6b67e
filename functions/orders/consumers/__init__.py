"""What orders hears: of its own checkouts, to begin their workflow."""

from functions.orders.consumers import checkouts
from functions.orders.consumers.app import consumer

__all__ = ["checkouts", "consumer", "handler"]

handler = consumer.handler
