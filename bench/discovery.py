"""`python -m bench.discovery`: does "also bought" find what people took, where what is popular does not?

The demo's orders are learned from as far as the first four fifths go. Of each later basket one thing is hidden, and
looked for among ten recommendations made from the rest of it, or from one other thing of it, as a product's page has.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from functions.search.rules import together
from functions.search.rules.together import Bought
from local.demo.orders import ORDERS, DemoOrder, demo_orders

TODAY = datetime(2030, 1, 1, tzinfo=UTC)
LEARNED = 0.8
AT = 10

Lists = Mapping[str, Sequence[tuple[str, int]]]
Recommend = Callable[[Sequence[str]], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Rate:
    hits: int
    of: int

    @property
    def rate(self) -> float:
        return self.hits / self.of


@dataclass(frozen=True, slots=True)
class Measured:
    learned: int
    by_basket: Rate
    by_one: Rate
    by_popularity: Rate


def learn(orders: Sequence[DemoOrder]) -> Lists:
    """By the very rules that search reckons with."""
    seen: dict[str, list[Bought]] = defaultdict(list)
    for order in orders:
        for product in order.goods:
            others = tuple(other for other in order.goods if other != product)
            seen[product].append(Bought(TODAY - order.age, others))
    newest = {product: bought[-together.LOOKED_AT :] for product, bought in seen.items()}
    counts = {product: together.orders_in_all(bought, TODAY) for product, bought in newest.items()}
    return {product: together.companions(bought, counts[product], counts) for product, bought in newest.items()}


def measure(count: int = ORDERS) -> Measured:
    orders = list(demo_orders(count))
    split = int(len(orders) * LEARNED)
    learned, later = orders[:split], [order for order in orders[split:] if len(order.goods) > 1]
    lists = learn(learned)
    ranked = [product for product, _ in Counter(one for order in learned for one in order.goods).most_common()]

    def popular(basket: Sequence[str]) -> Sequence[str]:
        return [product for product in ranked[: AT + len(basket)] if product not in basket][:AT]

    def also_bought(basket: Sequence[str]) -> Sequence[str]:
        return together.for_basket([lists.get(one, ()) for one in basket], basket, AT)

    return Measured(
        learned=len(learned),
        by_basket=_rate(later, also_bought),
        by_one=_rate(later, lambda basket: also_bought(basket[:1])),
        by_popularity=_rate(later, popular),
    )


def _rate(orders: Sequence[DemoOrder], recommend: Recommend) -> Rate:
    drawn = Random(1)  # nosec B311 - the same thing is hidden from each
    hits = 0
    for order in orders:
        goods = list(order.goods)
        hidden = goods.pop(drawn.randrange(len(goods)))
        hits += hidden in recommend(goods)
    return Rate(hits, len(orders))


def main() -> int:
    found = measure()
    print(
        f"Also bought, learned from {found.learned:,} orders: how often one of ten is what was hidden of a later basket"
    )
    for told, rate in (
        ("also bought, by the basket", found.by_basket),
        ("also bought, by one product", found.by_one),
        ("what is popular", found.by_popularity),
    ):
        print(f"  {told:28} hit rate@{AT} {rate.rate:6.1%}   {rate.hits} of {rate.of}")
    beaten = found.by_one.rate > found.by_popularity.rate
    print("  also bought beats popularity" if beaten else "  also bought does NOT beat popularity")
    return 0 if beaten else 1


if __name__ == "__main__":
    sys.exit(main())
