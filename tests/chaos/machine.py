"""Layer 3: hypothesis decides who acts next, which call fails and how, and shrinks what it finds to a short story."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.chaos import faults
from tests.chaos.cloud import MemoryCloud, Shelves
from tests.chaos.plumbing import Plumbing
from tests.chaos.processes import captured_log, decided_by
from tests.chaos.wire import PointPlan, Wire, no_faults
from tests.chaos.world import MakeWorld, Surroundings

QUARTER = timedelta(minutes=16)
KINDS = (
    faults.CRASH_BEFORE,
    faults.CRASH_AFTER,
    faults.LOST,
    faults.LATE,
    faults.SILENT,
    faults.THROTTLE,
    faults.CONFLICT,
    faults.PARTIAL,
)
FAULT = st.one_of(st.none(), st.tuples(st.integers(1, 12), st.sampled_from(KINDS)))


class Machine(RuleBasedStateMachine):
    """`world.steps()` says what can be done now; each step may meet one fault, and is repeated until it is answered."""

    make_world: MakeWorld
    shelves: Shelves
    met: Counter[str]  # steps, AWS calls and faults of all stories

    def __init__(self) -> None:
        super().__init__()
        self.cleanup = ExitStack()
        chance = random.Random(0)
        self.log = self.cleanup.enter_context(captured_log())
        clock = self.cleanup.enter_context(decided_by(chance, lambda: None))
        self.wire = Wire(no_faults)

        def make_cloud(plumbing: Plumbing) -> MemoryCloud:
            return MemoryCloud(self.wire, plumbing, self.shelves, chance)

        def later() -> None:
            clock.at += QUARTER

        def pause() -> None:
            self.world.plumbing.pump()

        self.world = type(self).make_world(Surroundings(make_cloud, chance, pause, later))
        self.cleanup.callback(self.world.close)

    def under(self, fault: tuple[int, str] | None, step: Callable[[], Any]) -> None:
        plan = PointPlan(*fault) if fault else None
        self.wire.plan = plan or no_faults
        step()
        self.wire.plan = no_faults
        self.met.update(steps=1, faults=bool(plan and plan.fired))

    @precondition(lambda self: self.world.steps())
    @rule(which=st.integers(0, 50), fault=FAULT)
    def somebody_acts(self, which: int, fault: tuple[int, str] | None) -> None:
        steps = self.world.steps()
        self.under(fault, steps[which % len(steps)])

    @rule(size=st.integers(1, 4), fault=FAULT)
    def relay(self, size: int, fault: tuple[int, str] | None) -> None:
        for stream in self.world.plumbing.streams:
            self.under(fault, partial(stream.pump, size))

    @rule(seed=st.integers(0, 1000), again=st.booleans(), fault=FAULT)
    def deliver(self, seed: int, again: bool, fault: tuple[int, str] | None) -> None:
        for queue in self.world.plumbing.queues:
            self.under(fault, partial(queue.pump, random.Random(seed), repeat=float(again)))

    @invariant()
    def nothing_is_contradicted(self) -> None:
        assert not list(self.world.always())

    def teardown(self) -> None:
        try:
            self.world.plumbing.drain()
            assert not list(self.world.at_rest(self.log.getvalue()))
        finally:
            self.met["calls"] += len(self.wire.trace)
            self.cleanup.close()


def explore(
    make_world: MakeWorld, shelves: Shelves, examples: int, *, shrink: bool = True, met: Counter[str] | None = None
) -> list[str]:
    """`met` is told how much was tried."""
    told = Counter[str]() if met is None else met
    machine = type("Machine", (Machine,), {"make_world": staticmethod(make_world), "shelves": shelves, "met": told})
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    try:
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=25,
                deadline=None,
                database=None,
                derandomize=True,
                phases=phases,
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Exception as error:  # noqa: BLE001  # whatever breaks a story is what was looked for
        story = " ".join(getattr(error, "__notes__", []))
        return [f"{type(error).__name__}: {error} {story}"]
    return []
