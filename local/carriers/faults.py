"""What goes wrong on demand: calls that fail in every way they can, call-backs that are lost, doubled or shuffled."""

import random
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

How = Literal[
    "unavailable",  # 503, nothing done
    "limited",  # 429, likewise
    "broken",  # 500, although it was done
    "never",  # no answer, nothing done
    "lost",  # done, but the answer never arrives
]
T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    how: How
    path: str = ".*"  # a pattern for what is asked
    method: str = ".*"
    after: int = 0  # so many calls go well before
    times: int = 1

    def meets(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.fullmatch(self.path, path))


@dataclass
class Faults:
    """`drop` and `duplicate` are shares of all call-backs, from 0 to 1. The same seed, the same misfortune."""

    planned: list[Fault] = field(default_factory=list)
    drop: float = 0.0
    duplicate: float = 0.0
    shuffle: bool = False
    seed: int = 0
    met: Counter[str] = field(default_factory=Counter)  # what came to pass, since the start
    _carried: int = 0

    def plan(self, *faults: Fault) -> None:
        """Takes the place of what was planned before; none: all is well again."""
        self.planned = list(faults)

    def meet(self, method: str, path: str) -> Fault | None:
        """The first that is meant for this call, which is used up by it."""
        met, left = None, []
        for one in self.planned:
            if met is None and one.meets(method, path):
                if one.after:
                    one = replace(one, after=one.after - 1)
                else:
                    met, one = one, replace(one, times=one.times - 1)
            if one.times > 0:
                left.append(one)
        self.planned = left
        if met:
            self.met[met.how] += 1
        return met

    def carried(self, calls: list[T]) -> list[tuple[T, bool]]:
        """As they arrive, with whether they do."""
        self._carried += 1
        drawn = random.Random(f"{self.seed}/{self._carried}")  # nosec B311 - to be the same again, no secret
        carried: list[tuple[T, bool]] = []
        for one in calls:
            if drawn.random() < self.drop:
                self.met["call dropped"] += 1
                carried.append((one, False))
                continue
            times = 2 if drawn.random() < self.duplicate else 1
            self.met["call doubled"] += times - 1
            carried += [(one, True)] * times
        if self.shuffle:
            in_order = [*carried]
            drawn.shuffle(carried)
            self.met["calls shuffled"] += carried != in_order
        return carried
