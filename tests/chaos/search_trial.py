"""Search on trial: histories of a small market and of a crowd in it, and the bugs that they have to find.

What consumers do depends on nobody's answer, so there are no people here: only news, who works at it, and faults.
"""

import random
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import pytest

from functions.search.store.rebuilds import rebuilds
from kernel.events import Received
from tests.builders import search as a
from tests.chaos import faults, search_bugs, search_crowd
from tests.chaos.campaign import Effort, Score, Tally, spread
from tests.chaos.faults import Call
from tests.chaos.scheduler import NotLive, Scheduler
from tests.chaos.search_world import SearchWorld, a_market, search_world, wrong
from tests.chaos.wire import Plan, PointPlan, RandomPlan, Wire, no_faults

BUGS = search_bugs.BUGS
RIVALS = 3
LIMIT = 50_000
FAULT_RATE = 0.03
HELD_UP, STANDSTILL = 0.03, 25  # calls of others
SEEDS_AT_ONCE = 250
TOLD = 7  # the market whose every call is tried


# --- one history: what is wrong in the end


def shuffled(seed: int) -> list[str]:
    """Everything that happened, in any order and now and then twice."""
    chance = random.Random(seed)
    with pytest.MonkeyPatch.context() as patch, search_world(Wire(no_faults), chance, patch) as world:
        market = a_market(chance)
        world.drain(list(market.news))
        return wrong(world, market)


def raced(seed: int, *, rebuilt: bool) -> list[str]:
    """Several take the news at once, and which goes on after each call is drawn; a rebuild may go on beside them."""
    chance, wire = random.Random(seed), Wire(no_faults)
    with pytest.MonkeyPatch.context() as patch, search_world(wire, chance, patch) as world:
        market, scheduler = a_market(chance), Scheduler(chance)
        waiting = [*market.news, *chance.sample(market.news, 3)]
        chance.shuffle(waiting)
        if rebuilt:
            later = [waiting.pop() for _ in range(len(waiting) // 2)]
            world.drain(waiting)
            a.a_rebuild()
            waiting = [*later, *world.own()]
        wire.switch = _held_up_at_times(scheduler, chance)
        for number in range(RIVALS):
            scheduler.spawn(f"rival {number}", partial(_at_work, world, waiting, scheduler))
        _to_the_end(scheduler)
        wire.switch = lambda: None
        world.drain([*waiting, *world.own()])
        return wrong(world, market) + _unended()


def crowded(seed: int) -> list[str]:
    """A crowd told of by several at once, each of whom may die at any call."""
    chance, wire = random.Random(seed), Wire(no_faults)
    with pytest.MonkeyPatch.context() as patch, search_world(wire, chance, patch):
        crowd, scheduler, plan = search_crowd.a_crowd(chance), Scheduler(chance), RandomPlan(chance, FAULT_RATE)
        work = crowd.work(chance)
        wire.plan, wire.switch = plan, _held_up_at_times(scheduler, chance)

        def at_work() -> None:
            while work:
                search_crowd.until_done(work.pop())
                scheduler.rest()

        for number in range(RIVALS):
            scheduler.spawn(f"rival {number}", at_work)
        _to_the_end(scheduler)
        plan.calm()
        wire.switch = lambda: None
        return search_crowd.wrong(crowd)


def walked(plan: PointPlan) -> tuple[list[str], list[Call]]:
    """A market, a rebuild in the middle of its news, and the rest; one fault at one call."""
    wire, chance = Wire(_plan_of(plan)), random.Random(TOLD)
    with pytest.MonkeyPatch.context() as patch, search_world(wire, chance, patch) as world:
        market = a_market(chance)
        half = len(market.news) // 2
        for event in market.news[:half]:
            world.handle(event)
        _begin()
        for event in [*market.news[half:], *world.own()]:
            world.handle(event)
        while more := world.own():
            for event in more:
                world.handle(event)
        wire.plan = no_faults
        return wrong(world, market) + _unended(), plan.calls


def kinds(call: Call) -> Sequence[str]:
    if call.service == "index":
        return (faults.CRASH_BEFORE, faults.CRASH_AFTER, faults.DUPLICATE)
    return faults.kinds(call.operation)


def _at_work(world: SearchWorld, waiting: list[Received[Any]], scheduler: Scheduler) -> None:
    while waiting:
        world.handle(waiting.pop())
        waiting.extend(world.own())
        scheduler.rest()


def _held_up_at_times(scheduler: Scheduler, chance: random.Random) -> Callable[[], None]:
    """After most calls whoever is drawn goes on; now and then one stands still while the others do much."""

    def switch() -> None:
        for _ in range(STANDSTILL if chance.random() < HELD_UP else 1):
            scheduler.switch()

    return switch


def _to_the_end(scheduler: Scheduler) -> None:
    try:
        scheduler.run({}, LIMIT)
    finally:
        scheduler.abandon()


def _unended() -> list[str]:
    running = rebuilds().running()
    return [f"still {running}"] if running else []


def _plan_of(plan: PointPlan) -> Plan:
    """The points of an index are numbered with those of the table; faults of its own kind alone are made there."""

    def planned(call: Call) -> str | None:
        if call.service != "index":
            return plan(call)
        plan.calls.append(call)
        if len(plan.calls) != plan._number or plan._kind not in kinds(call):
            return None
        return plan._kind

    return planned


def _begin() -> None:
    for _ in range(5):
        try:
            if not rebuilds().running():
                a.a_rebuild()
            return
        except (faults.Crash, Exception):  # noqa: BLE001 - an operator asks again
            continue


# --- many of them


HISTORIES: dict[str, Callable[[int], list[str]]] = {
    "shuffled": shuffled,
    "raced": partial(raced, rebuilt=False),
    "rebuilt": partial(raced, rebuilt=True),
    "crowded": crowded,
}


def simulation(seeds: range, jobs: int) -> Tally:
    """Each seed shuffled, and told in one of the other ways in turn."""
    tally = Tally()
    parts = [seeds[start : start + SEEDS_AT_ONCE] for start in range(0, len(seeds), SEEDS_AT_ONCE)]
    for part in spread(_simulated, parts, jobs):
        tally.add(part)
    return tally


def _simulated(seeds: range) -> Tally:
    tally = Tally()
    for seed in seeds:
        tally.add(Tally(2, violations=told(seed)))
    return tally


def told(seed: int) -> list[str]:
    first, *others = HISTORIES
    ways = (first, others[seed % len(others)])
    return [f"seed {seed}, {way}: {one}" for way in ways for one in _found(partial(HISTORIES[way], seed))]


def points(every: int = 1) -> Tally:
    tally = Tally()
    for number, call in list(enumerate(walked(PointPlan(0, ""))[1], 1))[::every]:
        for kind in kinds(call):
            found, calls = walked(PointPlan(number, kind))
            told = [f"{kind} at call {number} ({call.operation}): {one}" for one in found]
            tally.add(Tally(1, len(calls), 1, violations=told))
    return tally


def score(bugs: Iterable[str], effort: Effort) -> Iterable[Score]:
    return spread(_Hunt(effort), bugs, effort.jobs)


class _Hunt:
    def __init__(self, effort: Effort) -> None:
        self.effort = effort

    def __call__(self, bug: str) -> Score:
        return Score(bug, self._by_simulation(bug), self._by_points(bug), "")

    def _by_simulation(self, bug: str) -> str:
        for seed in range(self.effort.seeds):
            for name, history in HISTORIES.items():
                with BUGS[bug]():
                    found = _found(partial(history, seed))
                if found and not history(seed):
                    return f"{name} {seed}"
        return "-"

    def _by_points(self, bug: str) -> str:
        if not self.effort.every_point:
            return ""
        with BUGS[bug]():
            plan = PointPlan(0, "")
            if _found(lambda: walked(plan)[0]):
                return "no fault"
            for number, call in list(enumerate(plan.calls, 1))[:: self.effort.every_point]:
                for kind in kinds(call):
                    if _found(lambda: walked(PointPlan(number, kind))[0]):  # noqa: B023  # asked at once
                        return f"{kind}, call {number}"
        return "-"


def _found(history: Callable[[], list[str]]) -> list[str]:
    """A history that comes to no end has found something too."""
    try:
        return history()
    except (AssertionError, NotLive) as error:
        return [str(error)]
