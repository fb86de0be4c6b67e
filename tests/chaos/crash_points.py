"""Layer 2: a person's whole walk against moto, with one fault at one call; every kind at every call, one by one."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from tests.chaos import faults
from tests.chaos.cloud import Shelves
from tests.chaos.faults import Call
from tests.chaos.moto_cloud import MotoCloud, clients, emulated
from tests.chaos.plumbing import Stuck
from tests.chaos.processes import captured_log, decided_by
from tests.chaos.wire import PointPlan, no_faults
from tests.chaos.world import GaveUp, MakeWorld, Surroundings

QUARTER = timedelta(minutes=16)


class Point(NamedTuple):
    """A fault at a call of one of the world's walks."""

    walk: int
    number: int
    kind: str

    def __str__(self) -> str:
        return f"{self.kind} at call {self.number} of walk {self.walk}"


class Walk(NamedTuple):
    calls: list[Call]
    violations: list[str]


def points(which: int, calls: list[Call]) -> Iterator[Point]:
    """Every fault that makes sense, at every call of the walk."""
    for number, call in enumerate(calls, 1):
        for kind in faults.kinds(call.operation):
            yield Point(which, number, kind)


def walk(make_world: MakeWorld, shelves: Shelves, point: Point) -> Walk:
    """The walk with its fault, recovered by nothing but repetition. Call 0 is no call: a walk without a fault."""
    chance = random.Random(0)
    plan = PointPlan(point.number, point.kind)
    violations: list[str] = []
    with emulated(), captured_log() as log, decided_by(chance, lambda: None) as clock:

        def later() -> None:
            clock.at += QUARTER

        def check(call: Call) -> None:
            if not violations and world.concerns(call):
                violations.extend(world.always())

        def pause() -> None:
            world.plumbing.pump()

        world = make_world(Surroundings(lambda plumbing: MotoCloud(plumbing, shelves), chance, pause, later))
        wire, _ = clients()
        wire.plan, wire.after_write = plan, check
        try:
            world.walks()[point.walk].live()
            world.plumbing.drain()
            wire.plan = no_faults
            violations.extend(world.at_rest(log.getvalue()))
        except (GaveUp, Stuck) as error:
            violations.append(f"{type(error).__name__}: {error}")
        finally:
            world.close()
    return Walk(plan.calls, violations)
