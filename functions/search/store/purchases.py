"""What was bought with what, in the table: domain verbs outside, DynamoDB words inside. Nobody's name is in any row.

PURCHASE#<order>    -                 this order was learned from; for ever, so that it counts once
BOUGHT#<product>    <when>#<order>    what else was in an order with this product; goes after a year and a bit
RECKON#<shard>      <product>         this product was bought since its companions were reckoned
TOGETHER#<product>  -                 how often it was bought in all, and what is bought with it, the likest first
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256

from functions.search.model.discovery import LearnedBefore, Purchase
from functions.search.rules import together as rules
from functions.search.rules import trends as trend_rules
from functions.search.rules.together import Bought
from functions.search.store.trends import seen
from kernel import clock, ids
from kernel.errors import Conflict
from kernel.events import Event
from kernel.table import MAX_CHANGES, Change, Item, Receipt, Table, delete, put

SHARDS = 4  # of what is to be reckoned
A_PAGE = 25
CANDIDATES = 100  # of one look-up, and more than are kept


class ReckonedElsewhere(Conflict):
    """The product was bought again, or another run was faster: it stays to be reckoned."""


class Purchases:
    def __init__(self) -> None:
        self._table = Table()

    def learn(self, orders: Sequence[Purchase], now: datetime, told: Sequence[Event] = ()) -> int:
        """How many were new. The same verb for an order of today and for the history of a former system."""
        fresh = self._new({order.order_id: order for order in orders})
        learned = 0
        for pack in _packed(fresh, room=MAX_CHANGES - len(told)):
            learned += self._learn(pack, now, told if not learned else ())
        return learned

    def answered(self, receipt: Receipt | None) -> None:
        """A repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    def companions(self, product_id: str) -> list[str]:
        """One call, of what was reckoned before."""
        row = self._table.get(f"TOGETHER#{product_id}", "-")
        return list(row.get("products", [])) if row else []

    # Reckoning

    def to_reckon(self) -> Iterator[tuple[str, str]]:
        """Products that were bought since, each with the mark of when: it is another one if it is bought again."""
        for shard in range(SHARDS):
            yield from ((row["sk"], row["mark"]) for row in self._table.every(f"RECKON#{shard}", at_once=A_PAGE))

    def reckon(self, product_id: str, mark: str, now: datetime) -> bool:
        """False: it only was counted, because what it is bought with has to be counted first. It stays to be reckoned.

        What it is bought with is to be reckoned too, as it was bought in the same order: so the next round finds it.
        """
        page = self._table.query(f"BOUGHT#{product_id}", newest_first=True, limit=rules.LOOKED_AT)
        bought = [_bought(row) for row in page.items]
        own = rules.orders_in_all(bought, now)
        here = f"TOGETHER#{product_id}"
        others = [other for other, _ in rules.met(bought).most_common(CANDIDATES - 1)]
        known = self._table.get_many([(here, "-"), *((f"TOGETHER#{other}", "-") for other in others)])
        before = known.pop((here, "-"), None)
        version = before["version"] if before else None
        row: Item = {"pk": here, "sk": "-", "orders": own, "version": (version or 0) + 1}
        if before or len(known) == len(others):
            orders = {pk.removeprefix("TOGETHER#"): item["orders"] for (pk, _), item in known.items()}
            row["products"] = [product for product, _ in rules.companions(bought, own, orders)]
        done = "products" in row
        reckoned = delete(f"RECKON#{_shard(product_id)}", product_id).when(mark=mark).otherwise(ReckonedElsewhere())
        newer = put(row).when(version=version).otherwise(ReckonedElsewhere())
        self._table.commit([newer, reckoned] if done else [newer])
        return done

    # Learning

    def _learn(self, pack: Sequence[Purchase], now: datetime, told: Sequence[Event]) -> int:
        try:
            self._table.commit(_rows(pack, now), told)
            return len(pack)
        except LearnedBefore:  # somebody sent the same at the same moment
            rest = self._new({order.order_id: order for order in pack})
            return self._learn(rest, now, told) if rest else 0

    def _new(self, orders: dict[str, Purchase]) -> list[Purchase]:
        keys = [(f"PURCHASE#{order_id}", "-") for order_id in orders]
        known = self._table.get_many(keys)
        return [order for (pk, sk), order in zip(keys, orders.values(), strict=True) if (pk, sk) not in known]


@cache
def purchases() -> Purchases:
    return Purchases()


def _packed(orders: Sequence[Purchase], *, room: int) -> Iterator[list[Purchase]]:
    """As many orders together as one transaction takes."""
    pack: list[Purchase] = []
    left = room
    for order in orders:
        needed = 2 + 2 * len(set(order.products))  # at most: of two orders with one product it is to be reckoned once
        if pack and needed > left:
            yield pack
            pack, left = [], room
        pack.append(order)
        left -= needed
    if pack:
        yield pack


def _rows(orders: Sequence[Purchase], now: datetime) -> list[Change]:
    rows: list[Change] = []
    bought_again: dict[str, Change] = {}
    for order in orders:
        rows.append(put({"pk": f"PURCHASE#{order.order_id}", "sk": "-"}).absent().otherwise(LearnedBefore()))
        products = list(dict.fromkeys(order.products))
        if now - order.ordered_at < rules.REMEMBERED:
            rows += (_bought_row(order, product, products) for product in products)
            bought_again |= {product: _to_reckon(product) for product in products}
        slot = trend_rules.slot_of(order.ordered_at)
        if trend_rules.accepts(slot, now):
            rows.append(seen(order.order_id, slot, dict.fromkeys(products, trend_rules.BOUGHT)))
    return [*rows, *bought_again.values()]


def _bought_row(order: Purchase, product: str, products: Sequence[str]) -> Change:
    others = [other for other in products if other != product]
    key = {"pk": f"BOUGHT#{product}", "sk": f"{clock.rfc3339(order.ordered_at)}#{order.order_id}"}
    return put({**key, "others": others, "ttl": clock.epoch_s(order.ordered_at + rules.REMEMBERED)})


def _to_reckon(product: str) -> Change:
    return put({"pk": f"RECKON#{_shard(product)}", "sk": product, "mark": ids.new_id("due")})


def _bought(row: Item) -> Bought:
    at, _, _ = row["sk"].partition("#")
    return Bought(datetime.fromisoformat(at), tuple(row["others"]))


def _shard(product: str) -> int:
    return sha256(product.encode()).digest()[0] % SHARDS
