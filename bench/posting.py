"""Many who post journals at once, in virtual time: how fast, at how many conflicts, and whether every cent is there.

The ledger's own tasks run in this process on a table in memory (tests/chaos/virtual_time.py): calls take as long as
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

import functions.ledger.store.rows
from functions.ledger import steps
from functions.ledger.rules.split import LineSold, SellerPart
from kernel import aws, ids
from kernel.errors import Unavailable
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.http import Context
from tests.builders.ledger import usd
from tests.chaos import ledger_checks
from tests.chaos.ledger_checks import Books
from tests.chaos.ledger_orders import Order
from tests.chaos.memory_services import MemoryParameters
from tests.chaos.memory_table import MemoryDynamoDB
from tests.chaos.processes import captured_log, forget, memories
from tests.chaos.virtual_time import Contention, Pace, Timeline, in_virtual_time
from tests.chaos.wire import Wire, no_faults

MEMORIES = memories("functions.ledger")
AGAIN_S = (0.5, 1.5)  # a workflow waits so long until it asks anew for a task that raised
ENVIRONMENT = {
    "STAGE": "bench",
    "DOMAIN": "ledger",
    "TABLE": "ledger",
    "SETTINGS_PATH": "/ledger/settings",
    "POWERTOOLS_SERVICE_NAME": "ledger",
}
Task = Mapping[str, Any]


@dataclass
class Posted:
    """What came of many journals at once."""

    seen: Counter[str] = field(default_factory=Counter)  # by the table
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    again: int = 0  # how often a task raised and was asked anew
    cpu_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def journals(self) -> int:
        return self.outcomes.total()

    @property
    def per_s(self) -> float:
        return self.journals / self.seconds if self.seconds else 0.0

    def each(self, what: str) -> float:
        return self.seen[what] / max(1, self.journals)


class Desk:
    """A ledger with so many shards, and workers who take task after task from one pile."""

    def __init__(self, orders: Sequence[Order], shards: int, seed: int = 0) -> None:
        self.orders, self.shards = orders, shards
        self.chance, self.timeline = random.Random(seed), Timeline()
        self.way = Contention(self.timeline, self.chance, Pace())
        self.table = MemoryDynamoDB(["ledger"], self.way, self.timeline.now)

    def pay_all(self, workers: int) -> Posted:
        return self._all([order.asked("record_paid") for order in self.orders], workers)

    def release_all(self, workers: int) -> Posted:
        names = [part.seller_order_id for order in self.orders for part in order.parts]
        return self._all([{"task": "release_funds", "seller_order_id": name} for name in names], workers)

    @contextmanager
    def open(self) -> Iterator["Desk"]:
        with ExitStack() as stack:
            stack.enter_context(patch.dict("os.environ", ENVIRONMENT))
            stack.enter_context(captured_log(keep=False))
            stack.enter_context(in_virtual_time(self.timeline, self.chance))
            stack.enter_context(patch.object(functions.ledger.store.rows, "SHARDS", self.shards))
            stack.enter_context(patch.object(ledger_checks, "SHARDS", self.shards))
            clients = {"dynamodb": self.table, "ssm": MemoryParameters(Wire(no_faults), {"/ledger/settings": "{}"})}
            for service, client in clients.items():
                aws.use(service, client)
                stack.callback(aws.use, service, None)
            forget(MEMORIES)
            stack.callback(forget, MEMORIES)
            yield self

    def books(self) -> tuple[Books, list[str]]:
        """All of it from the rows alone, and what is wrong with it."""
        rows = self.table.tables["ledger"]
        books = Books({part.seller_order_id: part for order in self.orders for part in order.parts})
        return books, list(ledger_checks.always(books, rows, sorted(ledger_checks.touched(rows))))

    def _all(self, tasks: Sequence[Task], workers: int) -> Posted:
        done, waiting = Posted(), list(reversed(tasks))
        began_s, began = self.timeline.now_s, time.process_time()
        self.way.seen.clear()
        for _ in range(workers):
            self.timeline.spawn(lambda: self._serve(waiting, done, began_s))
        self.timeline.run()
        done.cpu_s = time.process_time() - began
        done.seen = self.way.seen.copy()
        _, done.wrong = self.books()
        return done

    def _serve(self, waiting: list[Task], done: Posted, began_s: float) -> None:
        while waiting:
            answer = self._ask(waiting.pop(), done)
            done.outcomes[str(answer.get("code", answer["outcome"]))] += 1
            done.seconds = self.timeline.now_s - began_s

    def _ask(self, task: Task, done: Posted) -> dict[str, Any]:
        while True:
            try:
                return steps.handler(dict(task), Context())
            except Unavailable:
                done.again += 1
                self.timeline.sleep(self.chance.uniform(*AGAIN_S))


def orders_of(number: int, *, stores: int) -> list[Order]:
    """Each 120.00 by card, with commission and tax: of whatever store, all of Metco's own accounts are touched."""
    return [an_order(name, a.an_id("sto", name % stores)) for name in range(number)]


def an_order(number: int, *stores: str) -> Order:
    order_id = ids.derived_id("ord", f"bench {number}")
    parts = [
        SellerPart(ids.derived_id("slo", order_id, store), store, [a_line(str(place)) for place in range(3)])
        for store in stores
    ]
    to_pay = usd(sum(part.to_pay for part in parts))
    return Order(order_id, a.BUYER, parts, to_pay, Money.zero("USD"), Money.zero("USD"))


def a_line(line_id: str) -> LineSold:
    return LineSold(line_id, usd(33_33), usd(6_67), usd(0), a.terms(1_000, tax_bps=2_000))
