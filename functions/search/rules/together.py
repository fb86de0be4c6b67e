"""What is bought together, reckoned from the orders that one product was in: values in, values out.

The likeness of two products is the cosine of the orders they were in: how often they were bought together, over the
root of how often each was bought at all. So what everybody buys is not recommended beside everything. What was seen
together once or twice counts less than what was often: chance does that.
"""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REMEMBERED = timedelta(days=400)  # a year, and the season before
LOOKED_AT = 500  # of the orders that a product was in, the newest: more would say the same
COMPANIONS = 40  # kept of each product
DAMPED_BY = 5  # so many meetings are believed half: tried with 1 to 10 over orders of other seeds than the bench has
SCALE = 1_000_000  # of a likeness in the table, where there are no fractions


@dataclass(frozen=True, slots=True)
class Bought:
    """An order, as one of its products sees it."""

    at: datetime
    others: tuple[str, ...]


def orders_in_all(bought: Sequence[Bought], now: datetime) -> int:
    """How often it was bought in the remembered time. Of what sells faster than we look: as if it always had."""
    if len(bought) < LOOKED_AT:
        return len(bought)
    span = max(now - min(one.at for one in bought), timedelta(minutes=1))
    return max(len(bought), int(len(bought) * (REMEMBERED / span)))


def met(bought: Sequence[Bought]) -> Counter[str]:
    return Counter(other for one in bought for other in set(one.others))


def companions(bought: Sequence[Bought], own: int, orders: Mapping[str, int]) -> list[tuple[str, int]]:
    """The likest first. `orders`: how often each of those it met was bought in all, as far as that is known by now."""
    found = {
        other: round(SCALE * _likeness(times, own, max(orders.get(other, times), times)))
        for other, times in met(bought).items()
    }
    return sorted(found.items(), key=lambda one: (-one[1], one[0]))[:COMPANIONS]


def _likeness(times: int, own: int, others: int) -> float:
    return times / math.sqrt(own * others) * times / (times + DAMPED_BY)


def asked_about(kept: Collection[tuple[str, int]], limit: int) -> list[str]:
    return [product for product, _ in kept][:limit]


def for_basket(lists: Sequence[Sequence[tuple[str, int]]], basket: Collection[str], limit: int) -> list[str]:
    """What goes with all of it: likenesses add up, and what is in the basket is not recommended."""
    summed: Counter[str] = Counter()
    for kept in lists:
        for product, likeness in kept:
            if product not in basket:
                summed[product] += likeness
    return [product for product, _ in sorted(summed.items(), key=lambda one: (-one[1], one[0]))][:limit]
