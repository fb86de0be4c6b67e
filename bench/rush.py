"""A sale at which many want the same thing at once, in virtual time: what is sold, how fast, and at what price."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.crowd import Crowd, Domain, environment
from functions.inventory import steps, sweep
from functions.inventory.model.items import SettingsChange
from functions.inventory.model.movements import NewMovement
from functions.inventory.model.names import ItemId
from functions.inventory.rules import movements
from functions.inventory.store.stocks import stocks
from kernel import clock, ids
from tests.builders.http import Context
from tests.chaos import stock_checks

STORE = ids.derived_id("sto", "bench")
HELD_S = 1_000  # longer than any reservation was asked for
ENVIRONMENT = environment("inventory")

Basket = Sequence[tuple[ItemId, int]]


@dataclass
class Rush(Crowd):
    """What came of many checkouts at once."""

    reserved: dict[str, Basket] = field(default_factory=dict)  # by order
    units: Counter[ItemId] = field(default_factory=Counter)  # in reservations
    left: Counter[ItemId] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return len(self.reserved)


class Sale:
    """A store that opens its doors: `stock` of each item, in so many shards, and workers who serve the baskets."""

    def __init__(self, seed: int, *, split_for_heat: bool = False) -> None:
        self.domain, self.rush = Domain("inventory", steps.handler, seed, split_for_heat=split_for_heat), Rush()

    def run(self, stock: Mapping[ItemId, int], shards: int, baskets: Sequence[Basket], workers: int) -> Rush:
        with self.domain.open():
            for item, units in stock.items():
                shelve(item, units, shards)
            self.domain.way.seen.clear()
            waiting = [(ids.derived_id("ord", str(number)), basket) for number, basket in enumerate(baskets)]
            waiting.reverse()
            for _ in range(workers):
                self.domain.timeline.spawn(lambda: self._serve(waiting))
            began = time.process_time()
            self.domain.timeline.run()
            self.rush.cpu_s = time.process_time() - began
            self.rush.seen = self.domain.way.seen.copy()
            self._take_stock(stock)
            self._end(stock)
        return self.rush

    def _end(self, stock: Mapping[ItemId, int]) -> None:
        """Every other order is paid, the others run out: nothing may be left held, nor be missing."""
        sold: Counter[ItemId] = Counter()
        for order, basket in list(self.rush.reserved.items())[::2]:
            self.domain.ask({"task": "commit", "order_id": order}, self.rush)
            sold.update(dict(basket))
        self.domain.timeline.now_s += HELD_S
        sweep.handler({}, Context())
        rows = self.domain.table.tables["inventory"]
        held = [
            pk for (pk, _), row in rows.items() if pk.startswith("RESERVATION#") and row["state"]["S"] == "reserved"
        ]
        self.rush.wrong += [f"{one}: stuck" for one in held]
        for item, units in stock.items():
            left = stock_checks.promisable(item, rows.partitions)
            if left != units - sold[item]:
                self.rush.wrong.append(f"{item}: of {units}, {sold[item]} are sold and {left} are left")

    def _serve(self, waiting: list[tuple[str, Basket]]) -> None:
        while waiting:
            order, basket = waiting.pop()
            lines = [{"store_id": item.store_id, "variant_id": item.variant_id, "quantity": n} for item, n in basket]
            answer = self.domain.ask({"task": "reserve", "order_id": order, "lines": lines}, self.rush)
            self.rush.outcomes[str(answer.get("code", answer["outcome"]))] += 1
            if answer["outcome"] == "reserved":
                self.rush.reserved[order] = basket
                self.rush.seconds = self.domain.timeline.now_s

    def _take_stock(self, stock: Mapping[ItemId, int]) -> None:
        """From the rows alone: nothing sold that was not there, and every basket whole or not at all."""
        rows = self.domain.table.tables["inventory"]
        wanted: dict[str, Mapping[tuple[str, str], int]] = {
            ids.derived_id("rsv", order): dict(basket) for order, basket in self.rush.reserved.items()
        }
        changed = stock_checks.touched(rows)
        self.rush.wrong += stock_checks.always(stock_checks.Books(wanted), rows.partitions, changed)
        self.rush.wrong += [f"{one}: nobody was told of it" for one in changed.reservations - wanted.keys()]
        for basket in self.rush.reserved.values():
            for item, units in basket:
                self.rush.units[item] += units
        for item, units in stock.items():
            self.rush.left[item] = stock_checks.promisable(item, rows.partitions)
            if self.rush.units[item] + self.rush.left[item] != units:
                self.rush.wrong.append(f"{item}: of {units}, {self.rush.units[item]} and {self.rush.left[item]} left")


def an_item(number: int) -> ItemId:
    return ItemId(STORE, ids.derived_id("var", str(number)))


def shelve(item: ItemId, units: int, shards: int) -> None:
    stocks().settle(stocks().item(item), SettingsChange(shards=shards), None)
    received = NewMovement(kind="received", quantity=units)
    movement = ids.derived_id("mov", *item)
    stocks().move(item, movements.written(item, received, movement_id=movement, by="bench", now=clock.now()), None)
