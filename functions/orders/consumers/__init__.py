"""What orders hears: its own news that others wait for, what became of payments, what others ask, and people."""

from functions.orders.consumers import (
    books,
    carriers,
    checkouts,
    digital,
    money_back,
    own_news,
    papers,
    payments,
    people,
    shops,
    strandings,
)
from functions.orders.consumers.app import consumer

__all__ = [
    "books",
    "carriers",
    "checkouts",
    "consumer",
    "digital",
    "handler",
    "money_back",
    "own_news",
    "papers",
    "payments",
    "people",
    "shops",
    "strandings",
]

handler = consumer.handler
