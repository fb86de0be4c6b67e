"""A crowd that looks around and buys, told to search shuffled and twice, and what must come of it."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from functions.search import interest, reckoning
from functions.search.model.discovery import Act, ActivitySeen, Purchase
from functions.search.rules import together as buying
from functions.search.rules import trends as trending
from functions.search.rules import visits as looking
from functions.search.rules.together import Bought
from functions.search.store.purchases import purchases
from functions.search.store.trends import trends
from functions.search.store.visits import visits
from kernel import clock, ids
from kernel.events import Metadata, Received
from kernel.table import Table
from tests.chaos.faults import Crash

PRODUCTS = tuple(f"prd_{number:026d}" for number in range(5))
VISITORS = tuple(f"usr_{number:026d}" for number in range(2))
SENDINGS, ORDERS = 6, 5
Work = Callable[[], None]


@dataclass
class Crowd:
    """What it did, and when all of it happened."""

    now: datetime
    seen: list[Received[ActivitySeen]] = field(default_factory=list)
    bought: list[Purchase] = field(default_factory=list)

    def work(self, chance: random.Random) -> list[Work]:
        """Everything to be told, some of it twice, and the minute's reckoning now and then between it."""
        twice = [*self.seen, *chance.sample(self.seen, 3)]
        again = [*self.bought, *chance.sample(self.bought, 3)]
        work: list[Work] = [partial(interest.remember, one) for one in twice]
        work += [partial(_learn, [one], self.now) for one in again]
        work += [partial(reckoning.handler, {}, None)] * 3
        chance.shuffle(work)
        return work


def a_crowd(chance: random.Random) -> Crowd:
    crowd = Crowd(clock.now())
    for number in range(SENDINGS):
        visitor = chance.choice(VISITORS)
        moments = (crowd.now - timedelta(seconds=chance.randint(1, 3000)) for _ in range(chance.randint(1, 3)))
        acts = [Act(kind=chance.choice(KINDS), at=at, product_id=chance.choice(PRODUCTS)) for at in moments]
        crowd.seen.append(_seen(ActivitySeen(visitor_id=visitor, acts=acts), number, crowd.now))
    for number in range(ORDERS):
        products = chance.sample(PRODUCTS, chance.randint(1, 3))
        day = crowd.now - timedelta(days=chance.choice((0, 30)))
        crowd.bought.append(Purchase(order_id=f"order-{number}", ordered_at=day, products=products))
    return crowd


KINDS = ("product_viewed", "result_chosen", "cart_added", "cart_removed")


def until_done(work: Work) -> None:
    """As a queue and a client do: whoever dies in the middle is begun again."""
    for _ in range(20):
        try:
            work()
            return
        except (Crash, Exception):  # noqa: BLE001 - whatever became of it, it comes again
            continue
    raise AssertionError(f"{work} was never done")


def _learn(orders: list[Purchase], now: datetime) -> None:
    purchases().learn(orders, now)


def _seen(data: ActivitySeen, number: int, now: datetime) -> Received[ActivitySeen]:
    metadata = Metadata(
        id=ids.derived_id("evt", str(number)),
        type="ActivitySeen",
        version=1,
        occurred_at=clock.rfc3339(now),
        aggregate=ids.derived_id("act", str(number)),
        sequence=1,
        correlation_id="cor_1",
    )
    return Received(metadata, data)


def wrong(crowd: Crowd) -> list[str]:
    """Once the next minute has come and reckoned: each look and each order counted once."""
    reckoning.handler({}, None)
    return [*_popular(crowd), *_together(crowd), *_viewed(crowd)]


def _popular(crowd: Crowd) -> list[str]:
    expected: Counter[str] = Counter()
    for event in crowd.seen:
        expected.update(trending.counts((act.kind, act.product_id) for act in event.data.acts if act.product_id))
    for order in crowd.bought:
        if order.ordered_at == crowd.now:
            expected.update(dict.fromkeys(order.products, trending.BOUGHT))
    slot = trending.slot_of(crowd.now)
    counted = trends()._counted(slot)
    found = [] if counted == expected else [f"looked at and bought {counted}, not {dict(expected)}"]
    listed, ranked = trends().products(), trending.ranked(trending.Standing(), [(slot, expected)])
    return found if listed == ranked else [*found, f"what trends is {listed}, not {ranked}"]


def _together(crowd: Crowd) -> list[str]:
    found, table = [], Table()
    bought = {
        product: [
            Bought(order.ordered_at, _others(order, product)) for order in crowd.bought if product in order.products
        ]
        for product in PRODUCTS
    }
    orders = {product: len(those) for product, those in bought.items()}
    for product, those in bought.items():
        row = table.get(f"TOGETHER#{product}", "-") or {"orders": 0, "products": []}
        expected = [other for other, _ in buying.companions(those, len(those), orders)]
        # Who is likest may change with orders of others that this one's list is not reckoned anew for.
        if (row["orders"], set(row["products"])) != (len(those), set(expected)):
            found.append(
                f"{product} was bought {row['orders']} times with {row['products']}, not {len(those)} {expected}"
            )
    return found


def _others(order: Purchase, product: str) -> tuple[str, ...]:
    return tuple(other for other in order.products if other != product)


def _viewed(crowd: Crowd) -> list[str]:
    found = []
    for visitor in VISITORS:
        acts = [act for event in crowd.seen if event.data.visitor_id == visitor for act in event.data.acts]
        views = [(str(act.product_id), clock.rfc3339(act.at)) for act in acts if interest._looked(act.kind)]
        expected, kept = looking.viewed([], views), visits().of(visitor)
        if kept != expected:
            found.append(f"{visitor} looked at {kept}, not {expected}")
    return found
