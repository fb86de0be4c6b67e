"""Facets over numbers: the steps that are counted, and what of the counts is shown."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from functions.search.model.found import FacetValue
from kernel.money import CURRENCIES

RANGES = 6  # of prices that are shown at most
RATINGS = (4, 3, 2)  # stars and more


@cache
def price_steps(currency: str) -> tuple[int, ...]:
    """Minor units between two counted ranges: 1, 2.5 and 5 of every magnitude that goods cost in."""
    unit = 10 ** CURRENCIES[currency].exponent
    return tuple(unit * step * 10**magnitude // 10 for magnitude in range(1, 7) for step in (10, 25, 50))


def price_values(steps: Sequence[int], counts: Sequence[int]) -> tuple[FacetValue, ...]:
    """`counts[n]` are at `steps[n - 1]` and more, below `steps[n]`. Neighbours are put together until few are left."""
    counted = zip((None, *steps), (*steps, None), counts, strict=True)
    ranges = [_Range(low, high, count) for low, high, count in counted if count]
    while len(ranges) > RANGES:
        place = min(range(len(ranges) - 1), key=lambda at: ranges[at].many + ranges[at + 1].many)
        one, other = ranges[place : place + 2]
        ranges[place : place + 2] = [_Range(one.low, other.high, one.many + other.many)]
    return tuple(FacetValue(each.value, each.many) for each in ranges)


class _Range(NamedTuple):
    low: int | None
    high: int | None
    many: int

    @property
    def value(self) -> str:
        """Both ends of a filter by price are included, so a range ends one minor unit before the next step."""
        return f"{self.low or ''}-{'' if self.high is None else self.high - 1}"


def rating_values(stars: Mapping[int, int]) -> tuple[FacetValue, ...]:
    """`stars[n]` are rated from n to below n + 1: "4-" is four stars and more."""
    cumulated = [(least, sum(count for star, count in stars.items() if star >= least)) for least in RATINGS]
    return tuple(FacetValue(f"{least}-", count) for least, count in cumulated if count)
