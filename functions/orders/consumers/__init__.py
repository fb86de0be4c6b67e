"""What orders hears: its own news that others wait for, what became of payments, and people who come and go."""

from functions.orders.consumers import checkouts, own_news, payments, people
from functions.orders.consumers.app import consumer

__all__ = ["checkouts", "consumer", "handler", "own_news", "payments", "people"]

handler = consumer.handler
