"""Every fault at every call of what follows a purchase: `python -m tests.chaos.fulfilment_points [tale …]`.

Shipping, deliveries, cancellations, returns, refunds, releases and payouts; calls are those of AWS, Stripe and a
carrier, and each hand-over of a task or of messages. Whatever goes wrong, all of it ends as it does undisturbed.
"""

import gc
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any
from unittest.mock import patch

from tests.chaos import checkout_points
from tests.chaos.checkout_market import opened
from tests.chaos.checkout_points import Everywhere
from tests.chaos.fulfilment_bugs import BUGS
from tests.chaos.fulfilment_checks import Left, wrong
from tests.chaos.fulfilment_tales import TALES, Tale
from tests.chaos.fulfilment_wire import kinds_of
from tests.chaos.fulfilment_world import FulfilmentWorld
from tests.chaos.payments_checks import differences
from tests.chaos.payments_points import Point, Tally
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import a_world_of
from tests.chaos.plumbing import FAILURES


def told(tale: str, plan: OnePoint) -> tuple[dict[str, Any], list[str]]:
    """Where everything is in the end, and what must not be."""
    with a_world_of(FulfilmentWorld, plan) as world:
        market = opened(world)
        TALES[tale].tell(market)
        world.rest()
        left = Left(market)
        return dict(left), [*wrong(left), *meant(left, TALES[tale])]


def meant(left: Left, tale: Tale) -> list[str]:
    """As reckoned by hand."""
    found = {part["store_id"]: part["state"] for part in left.parts}
    states = tuple(found[store] for store in sorted(found))
    again = {what for what, (there, _) in left.goods.items() if what in left.bought and there == 5}
    seen = (states, left.back_minor, again)
    return [] if seen == (tale.parts, tale.back_minor, tale.again) else [f"it is {seen}"]


@cache
def undisturbed(tale: str) -> tuple[dict[str, Any], OnePoint]:
    plan = OnePoint()
    left, violations = told(tale, plan)
    if violations:
        raise AssertionError(f"{tale}, undisturbed: {violations}")
    return left, plan


def points(plan: OnePoint) -> list[Point]:
    return [
        (number, kind, f"{call.service} {call.operation}")
        for number, call in enumerate(plan.calls, 1)
        for kind in kinds_of(call)
    ]


def judged(tale: str, plan: OnePoint, point: Callable[[], Point | None]) -> list[str]:
    """What is wrong in the end, said with where it came from."""
    try:
        left, violations = told(tale, plan)
    except (AssertionError, *FAILURES) as broken:
        violations = [f"came to an end by {broken!r}"[:600]]
    else:
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
    with patch.object(checkout_points, "kinds_of", kinds_of):
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
    every = int(wanted.pop(0).removeprefix("every=")) if wanted and wanted[0].startswith("every=") else 1
    bad = points_in_all = 0
    for tale in wanted or TALES:
        found = tally(tale, every)
        print(found, *found.violations, sep="\n  ", flush=True)
        bad, points_in_all = bad + len(found.violations), points_in_all + found.points
    print(f"fulfilment: {points_in_all} points in {len(wanted or TALES)} tales, {bad} wrong", flush=True)
    for bug in () if wanted or every > 1 else BUGS:
        by = caught(bug)
        print(f"{'caught' if by else 'MISSED'}  {bug}: {by[:160]}", flush=True)
        bad += not by
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
