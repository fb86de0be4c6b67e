"""Every fault at every call of AWS and of Stripe, tale by tale: `python -m tests.chaos.payments_points [tale …]`.

What an undisturbed telling leaves is what each disturbed one has to leave, and nothing but repetition helps it there.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.chaos.payments_bugs import BUGS
from tests.chaos.payments_checks import differences, stands, wrong
from tests.chaos.payments_tales import TALES, capital
from tests.chaos.payments_wire import OnePoint, kinds_of
from tests.chaos.payments_world import a_world
from tests.chaos.plumbing import FAILURES

Point = tuple[int, str, str]  # at which call, what, and which call that is


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


def told(tale: str, plan: OnePoint) -> tuple[dict[str, Any], list[str]]:
    """Where everything is in the end, and what must not be."""
    with a_world(plan) as world:
        capital(world)
        TALES[tale](world)
        world.rest()
        return stands(world), list(wrong(world))


@cache
def undisturbed(tale: str) -> tuple[dict[str, Any], OnePoint]:
    plan = OnePoint()
    left, violations = told(tale, plan)
    if violations:
        raise AssertionError(f"{tale}, undisturbed: {violations}")
    return left, plan


def points(plan: OnePoint) -> Iterator[Point]:
    for number, call in enumerate(plan.calls, 1):
        for kind in kinds_of(call):
            yield number, kind, f"{call.service} {call.operation}"


def tried(tale: str, number: int, kind: str, where: str) -> list[str]:
    expected, _ = undisturbed(tale)
    try:
        left, violations = told(tale, OnePoint(number, kind))
    except (AssertionError, *FAILURES) as broken:
        violations = [f"came to an end by {broken!r}"[:600]]
    else:
        violations += differences(expected, left)
    return [f"{tale}: {kind} at call {number} ({where}): {one}" for one in violations]


def tally(tale: str, every: int = 1, first: int = 0) -> Tally:
    """Of all points every so-manieth, beginning with one of the first ones."""
    _, plan = undisturbed(tale)
    found = Tally(tale, Counter(call.service for call in plan.calls))
    for place, point in enumerate(points(plan)):
        if place % every == first % every:
            found.points += 1
            found.violations += tried(tale, *point)
    return found


def caught(bug: str) -> str:
    """By which tale, and what was seen; "" if nobody noticed. Where Stripe fails comes first: there is least of it."""
    for tale in TALES:
        undisturbed(tale)
    with BUGS[bug]():
        every: list[tuple[str, Point]] = []
        for tale in TALES:
            if seen := tried(tale, 0, "nothing", "it is there"):
                return seen[0]
            plan = OnePoint()
            told(tale, plan)  # with the bug there may be fewer calls, or more
            every += [(tale, point) for point in points(plan)]
        for tale, point in sorted(every, key=lambda one: not one[1][2].startswith("stripe")):
            if seen := tried(tale, *point):
                return seen[0]
    return ""


def main(wanted: list[str]) -> int:
    bad = 0
    for tale in wanted or TALES:
        found = tally(tale)
        print(found, *found.violations, sep="\n  ", flush=True)
        bad += len(found.violations)
    for bug in () if wanted else BUGS:
        by = caught(bug)
        print(f"{'caught' if by else 'MISSED'}  {bug}: {by[:160]}", flush=True)
        bad += not by
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
