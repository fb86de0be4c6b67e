"""Whatever order events come in, however often, wherever a process dies: the index holds what the market left."""

import random
from functools import partial

import pytest

from functions.search.store.rebuilds import rebuilds
from tests.builders import search as a
from tests.chaos import faults
from tests.chaos.scheduler import Scheduler
from tests.chaos.search_world import a_market, search_world, wrong
from tests.chaos.wire import PointPlan, RandomPlan, Wire, no_faults

SEEDS = 10_000
RIVALS, RACES = 3, 300
LIMIT = 50_000


def told_shuffled(seed, patch):
    chance = random.Random(seed)
    with search_world(Wire(no_faults), chance, patch) as world:
        market = a_market(chance)
        world.drain(list(market.news))
        return wrong(world, market)


@pytest.mark.parametrize("part", range(10))
def test_events_shuffled_and_twice_leave_the_right_documents(part, monkeypatch):
    share = SEEDS // 10
    for seed in range(part * share, (part + 1) * share):
        with monkeypatch.context() as patch:
            assert told_shuffled(seed, patch) == [], seed


@pytest.mark.parametrize("rebuilt", [False, True])
def test_consumers_at_once_leave_the_right_documents(rebuilt, monkeypatch):
    for seed in range(RACES):
        with monkeypatch.context() as patch:
            assert raced(seed, patch, rebuilt=rebuilt) == [], seed


def raced(seed, patch, *, rebuilt):
    """Several take the news at once, and which goes on after each call is drawn; a rebuild may go on beside them."""
    chance = random.Random(seed)
    wire = Wire(no_faults)
    with search_world(wire, chance, patch) as world:
        market, scheduler = a_market(chance), Scheduler(chance)
        waiting = [*market.news, *chance.sample(market.news, 3)]
        chance.shuffle(waiting)
        if rebuilt:
            later = [waiting.pop() for _ in range(len(waiting) // 2)]
            world.drain(waiting)
            a.a_rebuild()
            waiting = [*later, *world.own()]
        wire.switch = scheduler.switch
        for number in range(RIVALS):
            scheduler.spawn(f"rival {number}", partial(at_work, world, waiting, scheduler))
        scheduler.run({}, LIMIT)
        wire.switch = lambda: None
        world.drain([*waiting, *world.own()])
        unended = [rebuilds().running()] if rebuilds().running() else []
        return wrong(world, market) + [f"still {one}" for one in unended]


def at_work(world, waiting, scheduler):
    while waiting:
        event = waiting.pop()
        world.handle(event)
        waiting.extend(world.own())
        scheduler.rest()


def test_a_fault_at_any_call_of_consumers_and_of_a_rebuild_leaves_the_same_documents(monkeypatch):
    with monkeypatch.context() as patch:
        calls = walked(PointPlan(0, ""), patch)[1]
    assert len(calls) > 150  # points at which something is tried
    for number, call in enumerate(calls, 1):
        for kind in kinds(call):
            with monkeypatch.context() as patch:
                found, _ = walked(PointPlan(number, kind), patch)
                assert found == [], f"{kind} at call {number} ({call.operation})"


def kinds(call):
    if call.service == "index":
        return (faults.CRASH_BEFORE, faults.CRASH_AFTER, faults.DUPLICATE)
    return faults.kinds(call.operation)


def walked(plan, patch):
    """A market, a rebuild in the middle of its news, and the rest."""
    wire, chance = Wire(plan_of(plan)), random.Random(7)
    with search_world(wire, chance, patch) as world:
        market = a_market(chance)
        half = len(market.news) // 2
        for event in market.news[:half]:
            world.handle(event)
        begin(world)
        for event in [*market.news[half:], *world.own()]:
            world.handle(event)
        while more := world.own():
            for event in more:
                world.handle(event)
        wire.plan = no_faults
        unended = [f"still {one}" for one in [rebuilds().running()] if one]
        return wrong(world, market) + unended, plan.calls


def plan_of(plan):
    """The points of an index are numbered with those of the table; faults of its own kind alone are made there."""

    def planned(call):
        if call.service != "index":
            return plan(call)
        plan.calls.append(call)
        if len(plan.calls) != plan._number or plan._kind not in kinds(call):
            return None
        return plan._kind

    return planned


def begin(world):
    for _ in range(5):
        try:
            if not rebuilds().running():
                a.a_rebuild()
            return
        except (faults.Crash, Exception):  # noqa: BLE001 - an operator asks again
            continue


def test_random_faults_on_the_way_leave_the_right_documents(monkeypatch):
    for seed in range(300):
        chance = random.Random(seed)
        plan = RandomPlan(chance, 0.05)
        with monkeypatch.context() as patch, search_world(Wire(no_faults), chance, patch) as world:
            world.wire.plan = lambda call, plan=plan: None if call.service == "index" else plan(call)
            market = a_market(chance)
            world.drain(list(market.news))
            plan.calm()
            world.drain(world.own())
            assert wrong(world, market) == [], seed
