"""Every fault at every call of a checkout, tale by tale: `python -m tests.chaos.checkout_points [tale …]`.

Calls are those of AWS and of Stripe, and each hand-over of a task or of messages to a function. After one fault a tale
ends as it does undisturbed. Where a task is broken for good, its order is confirmed and right, or cancelled and clean.
"""

import gc
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tests.chaos.checkout_bugs import BUGS
from tests.chaos.checkout_checks import Ends, wrong
from tests.chaos.checkout_market import opened
from tests.chaos.checkout_tales import TALES
from tests.chaos.checkout_wire import FOR_GOOD, kinds_of
from tests.chaos.checkout_world import CheckoutWorld
from tests.chaos.faults import Call
from tests.chaos.payments_checks import differences
from tests.chaos.payments_points import Point, Tally
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import a_world_of
from tests.chaos.plumbing import FAILURES


def told(tale: str, plan: OnePoint) -> tuple[dict[str, Any], list[str]]:
    """Where everything is in the end, and what must not be."""
    with a_world_of(CheckoutWorld, plan) as world:
        market = opened(world)
        TALES[tale].tell(market)
        world.rest()
        ends = Ends(market)
        return dict(ends), list(wrong(ends))


@cache
def undisturbed(tale: str) -> tuple[dict[str, Any], OnePoint]:
    plan = OnePoint()
    left, violations = told(tale, plan)
    if violations or TALES[tale].ends not in left["order"]:
        raise AssertionError(f"{tale}, undisturbed, is {left['order']}: {violations}")
    return left, plan


def points(plan: OnePoint) -> Iterator[Point]:
    for number, call in enumerate(plan.calls, 1):
        for kind in kinds_of(call):
            yield number, kind, f"{call.service} {call.operation}"


class Everywhere(OnePoint):
    """Each fault of each call, in a process of its own that is forked there: what led to it is walked only once.

    A process that has had its fault says what came of it, and is over.
    """

    def __init__(self, tale: str, every: int, first: int) -> None:
        super().__init__()
        self.tale, self._every, self._place = tale, every, first % every
        self.points = 0
        self.found: list[str] = []
        self.at: Point | None = None
        self._tell = -1

    def __call__(self, call: Call) -> str | None:
        if not self.on:
            return None
        self.calls.append(call)
        for kind in kinds_of(call) if not self.at else ():
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


def judged(tale: str, plan: OnePoint, point: Callable[[], Point | None]) -> list[str]:
    """What is wrong in the end, said with where it came from."""
    try:
        left, violations = told(tale, plan)
    except (AssertionError, *FAILURES) as broken:
        violations = [f"came to an end by {broken!r}"[:600]]
    else:
        if not (at := point()) or at[1] not in FOR_GOOD:
            violations += differences(undisturbed(tale)[0], left)
    number, kind, where = point() or (0, "nothing", "it is told")
    return [f"{tale}: {kind} at call {number} ({where}): {one}" for one in violations]


def tried(tale: str, number: int, kind: str, where: str) -> list[str]:
    return judged(tale, OnePoint(number, kind), lambda: (number, kind, where))


def tally(tale: str, every: int = 1, first: int = 0) -> Tally:
    """Of all points every so-manieth, beginning with one of the first ones."""
    undisturbed(tale)
    gc.freeze()  # or whoever is forked copies all that there is
    plan = Everywhere(tale, every, first)
    seen = judged(tale, plan, lambda: plan.at)
    if plan.at:
        plan.over(seen)
    calls = Counter(call.service for call in plan.calls)
    return Tally(tale, calls, plan.points, [*seen, *plan.found])


def caught(bug: str) -> str:
    """By which tale, and what was seen; "" if nobody noticed."""
    for tale in TALES:
        undisturbed(tale)
    with BUGS[bug]():
        for tale in TALES:
            if seen := tried(tale, 0, "nothing", "it is there") or tally(tale).violations:
                return seen[0]
    return ""


def main(wanted: list[str]) -> int:
    bad = points_in_all = 0
    for tale in wanted or TALES:
        found = tally(tale)
        print(found, *found.violations, sep="\n  ", flush=True)
        bad, points_in_all = bad + len(found.violations), points_in_all + found.points
    print(f"checkout: {points_in_all} points in {len(wanted or TALES)} tales, {bad} wrong", flush=True)
    for bug in () if wanted else BUGS:
        by = caught(bug)
        print(f"{'caught' if by else 'MISSED'}  {bug}: {by[:160]}", flush=True)
        bad += not by
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
