"""Orders of a year before there was a Metco, as the demo's shoppers might have made them; the same on every machine.

A shopper comes for one thing, takes what goes with it, likes things to match, and now and then takes something that
has nothing to do with it: a third of every basket is what is popular, so that what is learned has to be found in noise.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from random import Random

from local.demo.goods import Good, goods_of
from local.demo.stores import demo_stores

ORDERS = 5_000
YEAR = timedelta(days=360)
GOES_ON = 0.62  # how likely a shopper takes one thing more
MOST = 8
STRAYS = 0.33  # how often what is taken next is only popular
MATCHING = 3  # as likely to be taken: of the same style


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """`age`: how long before today. `goods` by SKU."""

    order_id: str
    age: timedelta
    goods: tuple[str, ...]


def demo_orders(count: int = ORDERS, seed: int = 2026) -> Iterator[DemoOrder]:
    """The oldest first."""
    shelves = Shelves(seed)
    for number in range(count):
        age = YEAR * (count - number) / count
        yield DemoOrder(f"before-metco-{number + 1:05}", age, shelves.basket())


class Shelves:
    """All goods of the demo, each about as popular as things are: a few very, most hardly."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # nosec B311 - baskets have to be the same everywhere, not hard to guess
        self._goods = [good for store in demo_stores() for good in goods_of(store)]
        ranks = list(range(1, len(self._goods) + 1))
        self._random.shuffle(ranks)
        self._popular = {good.sku: 1 / rank**0.8 for good, rank in zip(self._goods, ranks, strict=True)}

    def basket(self) -> tuple[str, ...]:
        taken = [self._draw(self._goods, {})]
        while len(taken) < MOST and self._random.random() < GOES_ON:
            good = self._next(taken)
            if good not in taken:
                taken.append(good)
        return tuple(_sku(good) for good in taken)

    def _next(self, taken: Sequence[Good]) -> Good:
        before = self._random.choice(taken)
        wanted = _goes_with().get(before.category, {})
        if not wanted or self._random.random() < STRAYS:
            return self._draw(self._goods, {})
        [category] = self._random.choices(list(wanted), list(wanted.values()))
        return self._draw(self._by_category[category], {before.style: MATCHING})

    def _draw(self, goods: Sequence[Good], matching: Mapping[int, float]) -> Good:
        weights = [self._popular[good.sku] * matching.get(good.style, 1) for good in goods]
        return self._random.choices(goods, cum_weights=list(accumulate(weights)))[0]

    @cached_property
    def _by_category(self) -> dict[str, list[Good]]:
        shelves: dict[str, list[Good]] = {}
        for good in self._goods:
            shelves.setdefault(good.category, []).append(good)
        return shelves


def _sku(good: Good) -> str:
    """Of the first variant: by it the offer is found."""
    return good.variants[0].sku if good.variants else good.sku


def _goes_with() -> dict[str, dict[str, float]]:
    told: dict[str, dict[str, float]] = _TOLD["goes_with"]
    return told


_TOLD = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
