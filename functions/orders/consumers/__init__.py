"""What orders hears: its own news that others wait for, what became of payments, what others ask, and people."""

from functions.orders.consumers import books, carriers, checkouts, own_news, payments, people, strandings
from functions.orders.consumers.app import consumer

__all__ = ["books", "carriers", "checkouts", "consumer", "handler", "own_news", "payments", "people", "strandings"]

handler = consumer.handler
