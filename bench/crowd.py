"""Many who ask a domain for tasks at once, in virtual time: what came of it, and how it is shown.

The tasks run in this process on a table in memory (tests/chaos/virtual_time.py): calls take as long as DynamoDB's do,
transactions that overlap on an item conflict, and a partition takes 1,000 write units a second.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from kernel import aws
from kernel.errors import Unavailable
from tests.builders.http import Context
from tests.chaos.memory_services import MemoryParameters
from tests.chaos.memory_table import MemoryDynamoDB
from tests.chaos.processes import captured_log, forget, memories
from tests.chaos.virtual_time import Contention, Pace, Timeline, in_virtual_time
from tests.chaos.wire import Wire, no_faults

AGAIN_S = (0.5, 1.5)  # a workflow waits so long until it asks anew for a task that raised
COLUMNS = ("per s", "tries", "conflicts", "throttled", "WU", "WU paid", "again")

Task = Mapping[str, Any]


def environment(domain: str) -> dict[str, str]:
    return {
        "STAGE": "bench",
        "DOMAIN": domain,
        "TABLE": domain,
        "SETTINGS_PATH": f"/{domain}/settings",
        "POWERTOOLS_SERVICE_NAME": domain,
    }


@dataclass
class Crowd:
    """What came of many at once."""

    seen: Counter[str] = field(default_factory=Counter)  # by the table
    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0  # until the last of them
    again: int = 0  # how often a task raised and was asked anew
    cpu_s: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Of those that count."""
        return self.outcomes.total()

    @property
    def per_s(self) -> float:
        return self.number / self.seconds if self.seconds else 0.0

    def each(self, what: str) -> float:
        return self.seen[what] / max(1, self.number)


class Domain:
    """One domain and its table, where time passes only when somebody waits."""

    def __init__(
        self, name: str, handler: Callable[[Any, Any], Any], seed: int, *, split_for_heat: bool = False
    ) -> None:
        self.name, self._handler = name, handler
        self.memories = memories(f"functions.{name}")
        self.chance, self.timeline = random.Random(seed), Timeline()
        self.way = Contention(self.timeline, self.chance, Pace(), split_for_heat=split_for_heat)
        self.table = MemoryDynamoDB([name], self.way, self.timeline.now)

    def ask(self, task: Task, crowd: Crowd) -> dict[str, Any]:
        while True:
            try:
                return dict(self._handler(dict(task), Context()))
            except Unavailable:
                crowd.again += 1
                self.timeline.sleep(self.chance.uniform(*AGAIN_S))

    @contextmanager
    def open(self) -> Iterator[None]:
        settings = MemoryParameters(Wire(no_faults), {f"/{self.name}/settings": "{}"})
        with ExitStack() as stack:
            stack.enter_context(patch.dict("os.environ", environment(self.name)))
            stack.enter_context(captured_log(keep=False))
            stack.enter_context(in_virtual_time(self.timeline, self.chance))
            for service, client in {"dynamodb": self.table, "ssm": settings}.items():
                aws.use(service, client)
                stack.callback(aws.use, service, None)
            forget(self.memories)
            stack.callback(forget, self.memories)
            yield


def heading(what: str, each: str, columns: Sequence[str], width: int) -> None:
    pace = Pace()
    lasts = f"{pace.prepare[0] + pace.finish[0]:.0f}-{pace.prepare[1] + pace.finish[1]:.0f} ms"
    print(f"\n{what}; a transaction takes {lasts}, a read {pace.read[0]:.0f}-{pace.read[1]:.0f} ms.")
    print(
        f"Per {each}: tries, conflicts, refusals of a hot partition, write units of the try that succeeded, and of all"
    )
    print("tries (charged in full: the upper bound). again: tasks that a workflow had to ask for anew.")
    print(f"  {'':<{width}}" + "".join(f"{one:>10}" for one in (*columns, *COLUMNS)))


def shown(name: str, done: Crowd, numbers: Sequence[int], width: int) -> Iterator[str]:
    """A line of it, and what is wrong with it."""
    figures = (
        *(f"{one:,}" for one in numbers),
        f"{done.per_s:.0f}",
        *(f"{done.each(what):.2f}" for what in ("tries", "conflicts", "throttled")),
        *(f"{done.each(what):.1f}" for what in ("units committed", "write units")),
        f"{done.again:,}",
    )
    print(
        f"  {name:<{width}}" + "".join(f"{one:>10}" for one in figures) + f"   {done.cpu_s:.1f} s CPU here", flush=True
    )
    yield from (f"{name}: {one}" for one in done.wrong)
