"""Two who want what only one can have, in many histories: `python -m tests.chaos.rivals [race …] [seeds=N or M-N]`.

A scene is set once. Each seed begins there: its rivals are actors of one thread, whoever goes on after a call of AWS is
drawn, and so are what they want and the faults that they meet. Whatever must not be is looked for after every write.
"""

import random
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.builders.order_rows import kept_in
from tests.chaos.checkout_market import Market, opened
from tests.chaos.faults import CONFLICT, CRASH_AFTER, CRASH_BEFORE, SILENT, THROTTLE, Call, kinds
from tests.chaos.fulfilment_world import FulfilmentWorld
from tests.chaos.memory_table import Rows
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import NeverDone, a_world_of
from tests.chaos.scheduler import Scheduler
from tests.chaos.wire import no_faults

SEEDS = 10_000
LIMIT = 20_000
RATE = 0.02
LATE = (0, 0, 2, 5, 9, 14)  # turns that somebody lets others have first
POSSIBLE = (CRASH_BEFORE, CRASH_AFTER, THROTTLE, CONFLICT, SILENT)

Act = Callable[[], object]


class Scene:
    """Where all seeds of a race begin, and what has come of the one that is run."""

    def __init__(self, market: Market) -> None:
        self.market, self.world = market, market.world
        self.known: dict[str, Any] = {}  # what the race found out when it was set
        self.said: dict[str, Any] = {}  # what each rival heard
        self._rows = {name: dict(rows) for name, rows in self._tables.items()}
        self._lengths = {name: len(items) for name, items in self.world.cloud.dynamodb.inserted.items()}
        self._executions = dict(self.world.machines.executions)
        self._at = self.world.time.at

    @property
    def _tables(self) -> dict[str, Rows]:
        return self.world.cloud.dynamodb.tables

    def begins(self) -> None:
        """Writes put new items in the place of old ones, so those are as they were."""
        for name, kept in self._rows.items():
            rows = Rows()
            for key, item in kept.items():
                rows[key] = item
            self._tables[name] = rows
            del self.world.cloud.dynamodb.inserted[name][self._lengths[name] :]
        self.world.cloud.dynamodb.forget_tokens()
        self.world.machines.executions = dict(self._executions)
        self.world.time.at = self._at
        self.said = {}

    def docs(self, kind: str) -> list[dict[str, Any]]:
        """What lies beside the order."""
        partition = self._tables["orders"].partitions.get(f"ORDER#{self.market.order_id}", {})
        return [kept_in(row) for sk, row in partition.items() if sk.startswith(kind)]

    def row(self, table: str, pk: str, sk: str = "-") -> Mapping[str, Any]:
        return self._tables[table].get((pk, sk), {})


@dataclass(frozen=True)
class Race:
    """`before` sets the scene; `rivals` draws who takes part; `always` and `at_rest` say what is wrong."""

    before: Callable[[Market], None]
    rivals: Callable[[Scene, random.Random], Mapping[str, Act]]
    always: Callable[[Scene], Iterator[str]]
    at_rest: Callable[[Scene], Iterator[str]]
    table: str
    learn: Callable[[Scene], None] = lambda scene: None


@dataclass
class Run:
    seeds: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


@contextmanager
def scene_of(race: Race) -> Iterator[Scene]:
    with a_world_of(FulfilmentWorld, OnePoint()) as world:
        market = opened(world)
        race.before(market)
        market.world.plan.on = False
        scene = Scene(market)
        race.learn(scene)
        yield scene


def meet(race: Race, scene: Scene, seed: int) -> list[str]:
    """One history. What is wrong in it, said with its seed."""
    chance, world, found = random.Random(seed), scene.world, list[str]()
    scene.begins()
    scheduler = Scheduler(chance)
    scheduler.per_process = world.processes.places

    def switch() -> None:
        world.time.tick()
        scheduler.switch()

    def plan(call: Call) -> str | None:
        if chance.random() >= RATE:
            return None
        return chance.choice([kind for kind in kinds(call.operation) if kind in POSSIBLE])

    def check(call: Call) -> None:
        if call.table == race.table:
            found.extend(race.always(scene))

    world.wire.switch, world.wire.plan, world.wire.after_write = switch, plan, check
    try:
        for name, act in race.rivals(scene, chance).items():
            scheduler.spawn(name, partial(_late, scheduler, chance.choice(LATE), act))
        scheduler.run({}, LIMIT)
    except (AssertionError, NeverDone) as broken:
        return [f"seed {seed}: came to an end by {broken!r}"[:600]]
    finally:
        scheduler.abandon()
        world.wire.switch, world.wire.plan, world.wire.after_write = world.time.tick, no_faults, lambda _: None
    found.extend(race.at_rest(scene))
    return [f"seed {seed}: {one}" for one in dict.fromkeys(found)]


def _late(scheduler: Scheduler, by: int, act: Act) -> None:
    """Or whoever has most to do before it matters would be the last in every history."""
    for _ in range(by):
        scheduler.rest()
    act()


def run(race: Race, seeds: range) -> Run:
    done = Run()
    with scene_of(race) as scene:
        for seed in seeds:
            done.found += meet(race, scene, seed)
            done.seeds += 1
            how = ", ".join(f"{name} {said}" for name, said in sorted(scene.said.items()))
            done.outcomes[how] = done.outcomes.get(how, 0) + 1
            if len(done.found) > 20:
                break
    return done


def caught(race: Race, bug: Callable[[], AbstractContextManager[Any]], seeds: range) -> str:
    """In which history, and what was seen; "" if nobody noticed."""
    with scene_of(race) as scene, bug():
        return next((found[0] for seed in seeds if (found := meet(race, scene, seed))), "")


def main(wanted: list[str]) -> int:
    from tests.chaos.rivals_races import BUGS, RACES

    said = [one for one in wanted if one.startswith("seeds=")]
    first, _, last = (said[0].removeprefix("seeds=") if said else str(SEEDS)).rpartition("-")
    seeds = range(int(first or 0), int(last))
    names = [one for one in wanted if one not in said] or list(RACES)
    bad = 0
    for name in names:
        done = run(RACES[name], seeds)
        print(f"{name}: {done.seeds} histories, {len(done.outcomes)} outcomes, {len(done.found)} wrong", flush=True)
        for how, count in sorted(done.outcomes.items(), key=lambda one: -one[1])[:12]:
            print(f"  {count:6} {how}")
        print(*(f"  {one}" for one in done.found[:20]), sep="\n", flush=True)
        bad += len(done.found)
        for bug, planted in BUGS[name].items():
            by = caught(RACES[name], planted, range(2_000))
            print(f"  {'caught' if by else 'MISSED'}  {bug}: {by[:160]}", flush=True)
            bad += not by
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
