"""Many runs of one layer over several processes, what they add up to, and whether each planted bug was caught."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from tests.chaos import coverage
from tests.chaos.crash_points import Point, points, walk
from tests.chaos.machine import explore
from tests.chaos.simulation import Outcome, simulate
from tests.chaos.trial import Fewest, trial

SEEDS_AT_ONCE = 100
POINTS_AT_ONCE = 8

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass
class Tally:
    """What a set of runs adds up to."""

    runs: int = 0
    calls: int = 0
    faults: int = 0
    steps: int = 0  # of stories
    histories: set[str] = field(default_factory=set)
    reached: set[tuple[str, int]] = field(default_factory=set)
    violations: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.runs += other.runs
        self.calls += other.calls
        self.faults += other.faults
        self.steps += other.steps
        self.histories |= other.histories
        self.reached |= other.reached
        self.violations += other.violations


def spread(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int) -> Iterable[Result]:
    """Over processes of their own, fresh ones: what a run replaces, it replaces in its whole process."""
    if jobs == 1:
        yield from map(work, tasks)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, tasks)


# --- layer 1


def simulation(world: str, seeds: range, jobs: int) -> Tally:
    tally, tried = Tally(), trial(world)
    parts = [seeds[start : start + SEEDS_AT_ONCE] for start in range(0, len(seeds), SEEDS_AT_ONCE)]
    for part in spread(partial(_simulated, world), parts, jobs):
        tally.add(part)
    tally.violations += [f"never reached: {site}" for site in coverage.missed(tried.domains, tally.reached, tried.told)]
    return tally


def _simulated(world: str, seeds: range) -> Tally:
    tally, tried = Tally(), trial(world)
    gc.collect()
    gc.disable()  # a run leaves little behind, but cycles are looked for all the time
    with coverage.watched() as reached:
        for seed in seeds:
            outcome = simulate(tried.make_world, tried.shelves, seed)
            if _too_small(outcome, tried.fewest):
                size = f"{outcome.actors} actors, {outcome.calls} calls, {outcome.faults} faults"
                tally.violations.append(f"seed {seed}: a run too small to count: {size}")
            tally.violations += [f"seed {seed}: {violation}" for violation in outcome.violations]
            tally.add(Tally(1, outcome.calls, outcome.faults, histories={outcome.history}))
    gc.enable()
    tally.reached = reached
    return tally


def _too_small(outcome: Outcome, fewest: Fewest) -> bool:
    return outcome.actors < fewest.actors or outcome.calls < fewest.calls or outcome.faults < fewest.faults


# --- layer 2


def crash_points(world: str, jobs: int, every: int = 1, walks: Sequence[int] | None = None) -> Tally:
    """`every` n-th point only, for those in a hurry."""
    tally, chosen, tried = Tally(), list[Point](), trial(world)
    for which in tried.walks if walks is None else walks:
        calls, violations = walk(tried.make_world, tried.shelves, Point(which, 0, ""))
        tally.add(Tally(1, len(calls), violations=[f"walk {which} without a fault: {one}" for one in violations]))
        chosen += list(points(which, calls))[::every]
    parts = [chosen[start : start + POINTS_AT_ONCE] for start in range(0, len(chosen), POINTS_AT_ONCE)]
    for part in spread(partial(_broken, world), parts, jobs):
        tally.add(part)
    return tally


def _broken(world: str, part: Sequence[Point]) -> Tally:
    tally, tried = Tally(), trial(world)
    for point in part:
        calls, violations = walk(tried.make_world, tried.shelves, point)
        operation = calls[point.number - 1].operation
        tally.add(Tally(1, len(calls), 1, violations=[f"{point} ({operation}): {one}" for one in violations]))
    return tally


# --- layer 3


def stories(world: str, examples: int) -> Tally:
    tried, met = trial(world), Counter[str]()
    violations = explore(tried.make_world, tried.shelves, examples, met=met)
    return Tally(examples, met["calls"], met["faults"], steps=met["steps"], violations=violations)


# --- planted bugs


@dataclass(frozen=True)
class Effort:
    """How long each layer looks for a planted bug."""

    seeds: int
    every_point: int  # 0: the layer is left out
    stories: int  # 0: the layer is left out
    jobs: int


@dataclass(frozen=True)
class Score:
    bug: str
    simulation: str
    points: str
    stories: str

    @property
    def caught(self) -> bool:
        return any(found not in ("", "-") for found in (self.simulation, self.points, self.stories))


def score(world: str, bugs: Iterable[str], effort: Effort) -> Iterable[Score]:
    return spread(_Hunt(world, effort), bugs, effort.jobs)


@dataclass(frozen=True)
class _Hunt:
    world: str
    effort: Effort

    def __call__(self, bug: str) -> Score:
        return Score(bug, self._by_simulation(bug), self._by_points(bug), self._by_stories(bug))

    def _by_simulation(self, bug: str) -> str:
        tried = trial(self.world)
        for seed in range(self.effort.seeds):
            with tried.planted(bug):
                found = simulate(tried.make_world, tried.shelves, seed).violations
            if found and not simulate(tried.make_world, tried.shelves, seed).violations:
                return f"seed {seed}"
        return "-"

    def _by_points(self, bug: str) -> str:
        if not self.effort.every_point:
            return ""
        tried = trial(self.world)
        with tried.planted(bug):
            calls, violations = walk(tried.make_world, tried.shelves, Point(0, 0, ""))
            if violations:
                return "no fault"
            for point in islice(points(0, calls), 0, None, self.effort.every_point):
                if walk(tried.make_world, tried.shelves, point).violations:
                    return f"{point.kind}, call {point.number}"
        return "-"

    def _by_stories(self, bug: str) -> str:
        if not self.effort.stories:
            return ""
        tried = trial(self.world)
        with tried.planted(bug):
            told = explore(tried.make_world, tried.shelves, self.effort.stories, shrink=False)
            return "a story" if told else "-"
