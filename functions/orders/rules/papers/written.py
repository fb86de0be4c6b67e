"""Figures and dates as each language writes them."""

from datetime import datetime

from functions.orders.model.papers import Language
from kernel.money import CURRENCIES, Money

NO_BREAK = "\u00a0"


def money(amount: Money, language: Language) -> str:
    """`1,234.50 EUR`, `1 234,50 EUR`, `1,23,456.50 INR`: the code says more across borders than a sign."""
    return f"{figure(amount, language)}{NO_BREAK}{amount.currency}"


def figure(amount: Money, language: Language) -> str:
    """Where many stand one below the other, and the sum says the currency."""
    exponent = CURRENCIES[amount.currency].exponent
    whole, part = divmod(abs(amount.minor), 10**exponent)
    point, comma = (",", NO_BREAK) if language == "uk" else (".", ",")
    decimals = f"{point}{part:0{exponent}d}" if exponent else ""
    sign = "\u2212" if amount.minor < 0 else ""
    return f"{sign}{_grouped(str(whole), comma, 2 if language == 'hi' else 3)}{decimals}"


def day(at: datetime) -> str:
    return at.date().isoformat()


def _grouped(digits: str, comma: str, size: int) -> str:
    """The last three together; before them by threes, in India by twos."""
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(0, end - size) : end] for end in range(len(head), 0, -size)]
    return comma.join([*reversed(groups), tail])
