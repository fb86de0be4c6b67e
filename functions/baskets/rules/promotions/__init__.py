"""The promotion engine, one pure function: `reduced(lines, shipping, promotions, buyer, now)`."""

from functions.baskets.rules.promotions.engine import reduced

__all__ = ["reduced"]
