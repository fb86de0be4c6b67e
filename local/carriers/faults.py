"""What goes wrong on demand: calls that fail in every way they can, call-backs that are lost, doubled or shuffled."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from local import faults

How = Literal[
    "unavailable",  # 503, nothing done
    "limited",  # 429, likewise
    "broken",  # 500, although it was done
    "never",  # no answer, nothing done
    "lost",  # done, but the answer never arrives
]
T = TypeVar("T")


@dataclass(frozen=True)
class Fault(faults.Fault):
    how: How


@dataclass
class Faults:
    """`drop` and `duplicate` are shares of all call-backs, from 0 to 1."""

    planned: list[Fault] = field(default_factory=list)
    drop: float = 0.0
    duplicate: float = 0.0
    shuffle: bool = False
    seed: int = 0
    met: Counter[str] = field(default_factory=Counter)  # what came to pass, since the start
    _carried: int = 0

    def plan(self, *planned: Fault) -> None:
        """Takes the place of what was planned before; none: all is well again."""
        self.planned = list(planned)

    def meet(self, method: str, path: str) -> Fault | None:
        met, self.planned = faults.met(self.planned, method, path)
        if met:
            self.met[met.how] += 1
        return met

    def carried(self, calls: Sequence[T]) -> list[tuple[T, bool]]:
        self._carried += 1
        seed = f"{self.seed}/{self._carried}"
        return faults.carried(calls, seed, self.met, drop=self.drop, duplicate=self.duplicate, shuffle=self.shuffle)
