"""Many who post journals at once, in virtual time: how fast, at how many conflicts, and whether every cent is there."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import functions.ledger.store.rows
from bench.crowd import Crowd, Domain, Task
from functions.ledger import steps
from functions.ledger.rules.split import LineSold, SellerPart
from kernel import ids
from kernel.money import Money
from tests.builders import ledger as a
from tests.builders.ledger import usd
from tests.chaos import ledger_checks
from tests.chaos.ledger_checks import Books
from tests.chaos.ledger_orders import Order


class Desk:
    """A ledger with so many shards, and workers who take task after task from one pile."""

    def __init__(self, orders: Sequence[Order], shards: int, seed: int = 0) -> None:
        self.orders, self.shards = orders, shards
        self.domain = Domain("ledger", steps.handler, seed)

    def pay_all(self, workers: int) -> Crowd:
        return self._all([order.asked("record_paid") for order in self.orders], workers)

    def release_all(self, workers: int) -> Crowd:
        names = [part.seller_order_id for order in self.orders for part in order.parts]
        return self._all([{"task": "release_funds", "seller_order_id": name} for name in names], workers)

    @contextmanager
    def open(self) -> Iterator["Desk"]:
        with (
            patch.object(functions.ledger.store.rows, "SHARDS", self.shards),
            patch.object(ledger_checks, "SHARDS", self.shards),
            self.domain.open(),
        ):
            yield self

    def books(self) -> tuple[Books, list[str]]:
        """All of it from the rows alone, and what is wrong with it."""
        rows = self.domain.table.tables["ledger"]
        books = Books({part.seller_order_id: part for order in self.orders for part in order.parts})
        return books, list(ledger_checks.always(books, rows, sorted(ledger_checks.touched(rows))))

    def _all(self, tasks: Sequence[Task], workers: int) -> Crowd:
        done, waiting = Crowd(), list(reversed(tasks))
        began_s, began = self.domain.timeline.now_s, time.process_time()
        self.domain.way.seen.clear()
        for _ in range(workers):
            self.domain.timeline.spawn(lambda: self._serve(waiting, done, began_s))
        self.domain.timeline.run()
        done.cpu_s = time.process_time() - began
        done.seen = self.domain.way.seen.copy()
        _, done.wrong = self.books()
        return done

    def _serve(self, waiting: list[Task], done: Crowd, began_s: float) -> None:
        while waiting:
            answer = self.domain.ask(waiting.pop(), done)
            done.outcomes[str(answer.get("code", answer["outcome"]))] += 1
            done.seconds = self.domain.timeline.now_s - began_s


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
