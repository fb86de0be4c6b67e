"""A sale at which many want the same thing at once, in virtual time: what is sold, how fast, and at what price.

Inventory's own tasks run in this process on a table in memory (tests/chaos/virtual_time.py): calls take as long as
DynamoDB's do, transactions that overlap on an item conflict, and a partition takes 1,000 write units a second.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from functions.inventory import steps, sweep
from functions.inventory.model.items import SettingsChange
from functions.inventory.model.movements import NewMovement
from functions.inventory.model.names import ItemId
from functions.inventory.rules import movements
from functions.inventory.store.stocks import stocks
from kernel import aws, clock, ids
from kernel.errors import Unavailable
from tests.builders.http import Context
from tests.chaos import stock_checks
from tests.chaos.memory_services import MemoryParameters
from tests.chaos.memory_table import MemoryDynamoDB
from tests.chaos.processes import captured_log, forget, memories
from tests.chaos.virtual_time import Contention, Pace, Timeline, in_virtual_time
from tests.chaos.wire import Wire, no_faults

MEMORIES = memories("functions.inventory")
STORE = ids.derived_id("sto", "bench")
AGAIN_S = (0.5, 1.5)  # a workflow waits so long until it asks anew for a task that raised
HELD_S = 1_000  # longer than any reservation was asked for
ENVIRONMENT = {
    "STAGE": "bench",
    "DOMAIN": "inventory",
    "TABLE": "inventory",
    "SETTINGS_PATH": "/inventory/settings",
    "POWERTOOLS_SERVICE_NAME": "inventory",
}

Basket = Sequence[tuple[ItemId, int]]


@dataclass
class Rush:
    """What came of many checkouts at once."""

    seen: Counter[str] = field(default_factory=Counter)  # by the table
    outcomes: Counter[str] = field(default_factory=Counter)
    reserved: dict[str, Basket] = field(default_factory=dict)  # by order
    units: Counter[ItemId] = field(default_factory=Counter)  # in reservations
    left: Counter[ItemId] = field(default_factory=Counter)
    seconds: float = 0.0  # until the last reservation was made
    again: int = 0  # how often a task raised and was asked anew
    cpu_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def per_s(self) -> float:
        return len(self.reserved) / self.seconds if self.seconds else 0.0

    def each(self, what: str) -> float:
        return self.seen[what] / max(1, len(self.reserved))


class Sale:
    """A store that opens its doors: `stock` of each item, in so many shards, and workers who serve the baskets."""

    def __init__(self, seed: int, *, split_for_heat: bool = False) -> None:
        self.chance, self.timeline, self.rush = random.Random(seed), Timeline(), Rush()
        self.way = Contention(self.timeline, self.chance, Pace(), split_for_heat=split_for_heat)
        self.table = MemoryDynamoDB(["inventory"], self.way, self.timeline.now)

    def run(self, stock: Mapping[ItemId, int], shards: int, baskets: Sequence[Basket], workers: int) -> Rush:
        with self._open():
            for item, units in stock.items():
                shelve(item, units, shards)
            self.way.seen.clear()
            waiting = [(ids.derived_id("ord", str(number)), basket) for number, basket in enumerate(baskets)]
            waiting.reverse()
            for _ in range(workers):
                self.timeline.spawn(lambda: self._serve(waiting))
            began = time.process_time()
            self.timeline.run()
            self.rush.cpu_s = time.process_time() - began
            self.rush.seen = self.way.seen.copy()
            self._take_stock(stock)
            self._end(stock)
        return self.rush

    def _end(self, stock: Mapping[ItemId, int]) -> None:
        """Every other order is paid, the others run out: nothing may be left held, nor be missing."""
        sold: Counter[ItemId] = Counter()
        for order, basket in list(self.rush.reserved.items())[::2]:
            self._ask({"task": "commit", "order_id": order})
            sold.update(dict(basket))
        self.timeline.now_s += HELD_S
        sweep.handler({}, Context())
        rows = self.table.tables["inventory"]
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
            answer = self._ask({"task": "reserve", "order_id": order, "lines": lines})
            self.rush.outcomes[str(answer.get("code", answer["outcome"]))] += 1
            if answer["outcome"] == "reserved":
                self.rush.reserved[order] = basket
                self.rush.seconds = self.timeline.now_s

    def _ask(self, task: dict[str, Any]) -> dict[str, Any]:
        while True:
            try:
                return steps.handler(task, Context())
            except Unavailable:
                self.rush.again += 1
                self.timeline.sleep(self.chance.uniform(*AGAIN_S))

    def _take_stock(self, stock: Mapping[ItemId, int]) -> None:
        """From the rows alone: nothing sold that was not there, and every basket whole or not at all."""
        rows = self.table.tables["inventory"]
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

    @contextmanager
    def _open(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(patch.dict("os.environ", ENVIRONMENT))
            stack.enter_context(captured_log(keep=False))
            stack.enter_context(in_virtual_time(self.timeline, self.chance))
            clients = {"dynamodb": self.table, "ssm": MemoryParameters(Wire(no_faults), {"/inventory/settings": "{}"})}
            for service, client in clients.items():
                aws.use(service, client)
                stack.callback(aws.use, service, None)
            forget(MEMORIES)
            stack.callback(forget, MEMORIES)
            yield


def an_item(number: int) -> ItemId:
    return ItemId(STORE, ids.derived_id("var", str(number)))


def shelve(item: ItemId, units: int, shards: int) -> None:
    stocks().settle(stocks().item(item), SettingsChange(shards=shards), None)
    received = NewMovement(kind="received", quantity=units)
    movement = ids.derived_id("mov", *item)
    stocks().move(item, movements.written(item, received, movement_id=movement, by="bench", now=clock.now()), None)
