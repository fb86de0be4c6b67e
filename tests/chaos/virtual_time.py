"""DynamoDB under load, in virtual time: how long calls take, which transactions conflict, what a hot key refuses.

A service in memory answers at once, so nothing ever overlaps on it, and an emulator takes one call after another. What
a hot item does to DynamoDB is only seen where calls take time. Here they take it from a clock of their own: the same
seed is the same run, whatever the machine is doing. The rules are those DynamoDB documents; the times are assumptions.
"""

import heapq
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from unittest.mock import patch

from greenlet import getcurrent, greenlet

import kernel.ids
import kernel.table
from bench import capacity
from kernel import clock
from tests.chaos import faults
from tests.chaos.faults import Call, client_error
from tests.chaos.memory_table import Key, entries, target
from tests.chaos.processes import START, Randomness

Parameters = Mapping[str, Any]
Do = Callable[[Parameters], dict[str, Any]]
Entry = tuple[str, Parameters]


@dataclass(frozen=True)
class Pace:
    """Milliseconds, from and to. A transaction is prepared item by item at once, then committed on all of them."""

    read: tuple[float, float] = (2, 6)
    write: tuple[float, float] = (3, 8)
    prepare: tuple[float, float] = (2, 6)
    finish: tuple[float, float] = (4, 10)
    units_per_s: float = 1_000  # write units a second that one partition takes


class Timeline:
    """Actors in one thread, each asleep until its time has come."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._main = getcurrent()
        self._numbers = count()
        self._due: list[tuple[float, int, greenlet]] = []

    def spawn(self, actor: Callable[[], None]) -> None:
        self._wake(greenlet(actor, parent=self._main), self.now_s)

    def sleep(self, seconds: float) -> None:
        """Outside of any actor, as while a scene is being set, no time passes."""
        if getcurrent() is not self._main:
            self._wake(getcurrent(), self.now_s + seconds)
            self._main.switch()

    def run(self) -> None:
        while self._due:
            self.now_s, _, actor = heapq.heappop(self._due)
            actor.switch()

    def now(self) -> datetime:
        return START + timedelta(seconds=self.now_s)

    def _wake(self, actor: greenlet, at_s: float) -> None:
        heapq.heappush(self._due, (at_s, next(self._numbers), actor))


class Contention:
    """The way to a `MemoryDynamoDB`. `split_for_heat`: each item has a partition for itself, as DynamoDB arranges in
    time for hot ones; else all items of one partition key share one, as they do when a sale begins."""

    def __init__(self, timeline: Timeline, chance: random.Random, pace: Pace, *, split_for_heat: bool = False) -> None:
        self._timeline, self._chance, self._pace = timeline, chance, pace
        self._split = split_for_heat
        self._ongoing: set[tuple[str, Key]] = set()
        self._spent: dict[Any, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        self.seen: Counter[str] = Counter()

    def __call__(self, call: Call, do: Do) -> dict[str, Any]:
        if call.operation in faults.READS:
            self._sleep(self._pace.read)
            self.seen["read units"] += round(capacity.units(call.operation, call.parameters)[0])
            return do(call.parameters)
        changes = list(entries(call))
        self.seen["tries"] += 1
        if hot := self._too_hot(changes):
            self.seen["throttled"] += 1
            self.seen[f"throttled {hot}"] += 1
            self._sleep(self._pace.read)
            raise faults.throttled(call.operation)
        units = int(capacity.units(call.operation, call.parameters)[1])
        self.seen["write units"] += units  # a try that fails is charged as one that does not: the upper bound
        answer = self._transaction(changes, call, do) if "TransactItems" in call.parameters else self._single(call, do)
        self.seen["committed"] += 1
        self.seen["units committed"] += units
        return answer

    def _single(self, call: Call, do: Do) -> dict[str, Any]:
        """One item by itself waits for nobody, but is refused while a transaction is under way on it."""
        [(kind, request)] = entries(call)
        self._sleep(self._pace.write)
        if (key := item_of(kind, request)) in self._ongoing:
            self._conflict(key)
            raise faults.conflicting(call.operation, 1)
        return do(call.parameters)

    def _transaction(self, changes: Sequence[Entry], call: Call, do: Do) -> dict[str, Any]:
        """Prepared in whatever order the messages arrive: two that meet on two items may cancel each other."""
        keys = [item_of(kind, request) for kind, request in changes]
        arrivals = sorted((self._chance.uniform(*self._pace.prepare), number) for number in range(len(keys)))
        began, held = self._timeline.now_s, set[tuple[str, Key]]()
        try:
            for after_ms, number in arrivals:
                self._timeline.sleep(max(0.0, began + after_ms / 1000 - self._timeline.now_s))
                if keys[number] in self._ongoing:
                    self._conflict(keys[number])
                    self._sleep(self._pace.prepare)
                    raise cancelled(len(keys), number)
                self._ongoing.add(keys[number])
                held.add(keys[number])
            self._sleep(self._pace.finish)
            return do(call.parameters)
        finally:
            self._ongoing -= held

    def _conflict(self, key: tuple[str, Key]) -> None:
        self.seen["conflicts"] += 1
        self.seen[f"conflicts on {kind_of(key[1])}"] += 1

    def _too_hot(self, changes: Sequence[Entry]) -> str:
        """A leaking bucket for each partition, one second deep. What DynamoDB lends beyond that is not counted on."""
        factor = 2 if len(changes) > 1 else 1
        asked: dict[Any, float] = defaultdict(float)
        for kind, request in changes:
            (pk, sk) = target(kind, request)
            asked[pk, sk if self._split else ""] += factor * capacity.units("PutItem", request)[1]
        now, rate = self._timeline.now_s, self._pace.units_per_s
        filled: dict[Any, float] = {}
        for partition, units in asked.items():
            since, level = self._spent[partition]
            filled[partition] = max(0.0, level - rate * (now - since)) + units
            if filled[partition] > rate:
                return kind_of(partition)
        self._spent.update({partition: (now, level) for partition, level in filled.items()})
        return ""

    def _sleep(self, ms: tuple[float, float]) -> None:
        self._timeline.sleep(self._chance.uniform(*ms) / 1000)


def item_of(kind: str, request: Parameters) -> tuple[str, Key]:
    return request["TableName"], target(kind, request)


def kind_of(key: Key) -> str:
    """STOCK#… AT#…: what sort of item it is, whichever one it is."""
    return " ".join(part.partition("#")[0] for part in key if part).strip()


def cancelled(items: int, number: int) -> Exception:
    reasons = [{"Code": "None"} for _ in range(items)]
    reasons[number] = {"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"}
    return client_error("TransactionCanceledException", operation="TransactWriteItems", reasons=reasons)


@contextmanager
def in_virtual_time(timeline: Timeline, chance: random.Random) -> Iterator[None]:
    """Clock, ids, and the kernel's waiting between its attempts, all from the run."""
    clock.set_clock(timeline.now)
    try:
        with (
            patch.object(kernel.ids, "secrets", Randomness(chance)),
            patch.object(kernel.table, "sleep", timeline.sleep),
            patch.object(kernel.table, "random", chance),
        ):
            yield
    finally:
        clock.set_clock(None)
