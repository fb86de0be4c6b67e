"""Every fault at every call, tale by tale: what an undisturbed telling leaves, each disturbed one has to leave."""

import gc
import json
import os
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.faults import Call
from tests.chaos.payments_checks import differences
from tests.chaos.payments_wire import OnePoint
from tests.chaos.plumbing import FAILURES

Point = tuple[int, str, str]  # at which call, what, and which call that is
Ended = tuple[dict[str, Any], list[str]]  # where everything is, and what must not be
Bugs = Mapping[str, Callable[[], AbstractContextManager[None]]]


@dataclass
class Tally:
    tale: str
    calls: Counter[str] = field(default_factory=Counter)  # of an undisturbed telling, by service
    points: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        calls = ", ".join(f"{number} of {service}" for service, number in sorted(self.calls.items()))
        return (
            f"{self.tale}: {self.points} points at {self.calls.total()} calls ({calls}), {len(self.violations)} wrong"
        )


class Points(ABC):
    """Tales that are told undisturbed once, and then again with one fault each."""

    def __init__(self, name: str, tales: Mapping[str, Any], bugs: Bugs) -> None:
        self.name, self.tales, self.bugs = name, tales, bugs
        self._undisturbed: dict[str, tuple[dict[str, Any], OnePoint]] = {}

    @abstractmethod
    def told(self, tale: str, plan: OnePoint) -> Ended: ...

    @abstractmethod
    def kinds_of(self, call: Call) -> tuple[str, ...]:
        """What may go wrong at it."""

    def strange(self, tale: str, left: dict[str, Any]) -> list[str]:
        """What an undisturbed telling should not have led to."""
        return []

    def ends_alike(self, kind: str) -> bool:
        """Whether a tale with this fault ends as it does without."""
        return True

    def undisturbed(self, tale: str) -> tuple[dict[str, Any], OnePoint]:
        if tale not in self._undisturbed:
            plan = OnePoint()
            left, violations = self.told(tale, plan)
            if wrong := [*violations, *self.strange(tale, left)]:
                raise AssertionError(f"{tale}, undisturbed: {wrong}")
            self._undisturbed[tale] = left, plan
        return self._undisturbed[tale]

    def points(self, plan: OnePoint) -> list[Point]:
        return [
            (number, kind, f"{call.service} {call.operation}")
            for number, call in enumerate(plan.calls, 1)
            for kind in self.kinds_of(call)
        ]

    def sampled(self, tale: str, every: int) -> list[Point]:
        """Every so-manieth, each tale beginning with another one."""
        return self.points(self.undisturbed(tale)[1])[sorted(self.tales).index(tale) :: every]

    def handed_over(self, tale: str, what: str, kind: str, plan: OnePoint | None = None) -> Point:
        """The last time that this is called."""
        found = self.points(plan or self.undisturbed(tale)[1])
        return [point for point in found if point[1] == kind and point[2].endswith(what)][-1]

    def judged(self, tale: str, plan: OnePoint, point: Callable[[], Point | None]) -> list[str]:
        """What is wrong in the end, said with where it came from."""
        try:
            left, violations = self.told(tale, plan)
        except (AssertionError, *FAILURES) as broken:
            violations = [f"came to an end by {broken!r}"[:600]]
        else:
            if not (at := point()) or self.ends_alike(at[1]):
                violations += differences(self.undisturbed(tale)[0], left)
        number, kind, where = point() or (0, "nothing", "it is told")
        return [f"{tale}: {kind} at call {number} ({where}): {one}" for one in violations]

    def tried(self, tale: str, number: int, kind: str, where: str) -> list[str]:
        return self.judged(tale, OnePoint(number, kind), lambda: (number, kind, where))

    def tally(self, tale: str, every: int = 1, first: int = 0) -> Tally:
        """Of all points every so-manieth, beginning with one of the first ones."""
        self.undisturbed(tale)
        gc.freeze()  # or whoever is forked copies all that there is
        plan = Everywhere(tale, self.kinds_of, every, first)
        seen = self.judged(tale, plan, lambda: plan.at)
        if plan.at:
            plan.over(seen)
        calls = Counter(call.service for call in plan.calls)
        return Tally(tale, calls, plan.points, [*seen, *plan.found])

    def caught(self, bug: str) -> str:
        """By which tale, and what was seen; "" if nobody noticed."""
        for tale in self.tales:
            self.undisturbed(tale)
        with self.bugs[bug]():
            for tale in self.tales:
                if seen := self.tried(tale, 0, "nothing", "it is there") or self.tally(tale).violations:
                    return seen[0]
        return ""

    def main(self, wanted: list[str]) -> int:
        """`every=17` tries every 17th point of each. Bugs are planted where all of all tales are told."""
        every = int(wanted.pop(0).removeprefix("every=")) if wanted and wanted[0].startswith("every=") else 1
        bad = points = 0
        for tale in wanted or self.tales:
            found = self.tally(tale, every)
            print(found, *found.violations, sep="\n  ", flush=True)
            bad, points = bad + len(found.violations), points + found.points
        print(f"{self.name}: {points} points in {len(wanted or self.tales)} tales, {bad} wrong", flush=True)
        for bug in () if wanted or every > 1 else self.bugs:
            by = self.caught(bug)
            print(f"{'caught' if by else 'MISSED'}  {bug}: {by[:160]}", flush=True)
            bad += not by
        return 1 if bad else 0


class Everywhere(OnePoint):
    """Each fault of each call, in a process of its own that is forked there: what led to it is walked only once.

    A process that has had its fault says what came of it, and is over.
    """

    def __init__(self, tale: str, kinds_of: Callable[[Call], tuple[str, ...]], every: int, first: int) -> None:
        super().__init__()
        self.tale, self._kinds_of, self._every, self._place = tale, kinds_of, every, first % every
        self.points = 0
        self.found: list[str] = []
        self.at: Point | None = None
        self._tell = -1

    def __call__(self, call: Call) -> str | None:
        if not self.on:
            return None
        self.calls.append(call)
        for kind in self._kinds_of(call) if not self.at else ():
            self._place -= 1
            if self._place >= 0:
                continue
            self._place += self._every
            heard, self._tell = os.pipe()
            if not (child := os.fork()):
                self.at = len(self.calls), kind, f"{call.service} {call.operation}"
                return kind
            self._hear(heard, child)
        return None

    def _hear(self, heard: int, child: int) -> None:
        os.close(self._tell)
        with os.fdopen(heard) as told_there:
            said = told_there.read()
        _, how = os.waitpid(child, 0)
        self.points += 1
        self.found += (
            json.loads(said) if how == 0 else [f"{self.tale}: the process of {len(self.calls)} ended by {how}"]
        )

    def over(self, seen: list[str]) -> None:
        """In the forked process: nothing of what it comes from is to be done again."""
        with os.fdopen(self._tell, "w") as tell:
            json.dump(seen, tell)
        os._exit(0)
