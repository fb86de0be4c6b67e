"""Pricing, one pure function: from what is in a basket to every amount of a quote, and why."""

from functions.baskets.rules.pricing.engine import priced

__all__ = ["priced"]
