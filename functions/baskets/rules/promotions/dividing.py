"""Amounts in the steps that a card can be charged: rounded once, divided over lines, never more than a line has."""

from collections.abc import Mapping

WHOLE = 10_000  # basis points
By = Mapping[str, int]  # by a line's id, in the currency's minor units


def rounded(exact: By, step: int) -> dict[str, int]:
    """Ten-thousandths of minor units as whole steps: their sum is rounded once, spare steps go to the largest rests.

    No line gets more than its own figure rounded up, so that nobody's hundred percent are more than the price.
    """
    size = WHOLE * step
    parts = {line_id: figure // size for line_id, figure in exact.items()}
    spare = (2 * sum(exact.values()) + size) // (2 * size) - sum(parts.values())
    by_rest = sorted(exact, key=lambda line_id: (-(exact[line_id] % size), line_id))
    up = set(by_rest[: max(spare, 0)])
    return {line_id: (part + (line_id in up)) * step for line_id, part in parts.items()}


def divided(amount: int, weights: By, step: int) -> dict[str, int]:
    """An amount over lines in proportion. Lines with the same weight are served in the order of their ids."""
    whole, units = sum(weights.values()), amount // step
    if not whole:
        return {}
    parts = {line_id: units * weight // whole for line_id, weight in weights.items()}
    by_rest = sorted(weights, key=lambda line_id: (-(units * weights[line_id] % whole), line_id))
    up = set(by_rest[: units - sum(parts.values())])
    return {line_id: (part + (line_id in up)) * step for line_id, part in parts.items()}


def down(amount: int, step: int) -> int:
    return amount - amount % step
