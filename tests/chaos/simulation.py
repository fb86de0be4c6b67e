"""Layer 1: many actors in one thread, every call a switch point, one seed for all that happens."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b

from tests.chaos.cloud import MemoryCloud, Shelves
from tests.chaos.faults import Call
from tests.chaos.plumbing import Plumbing, Stuck
from tests.chaos.processes import captured_log, decided_by
from tests.chaos.scheduler import NotLive, Scheduler
from tests.chaos.wire import RandomPlan, Wire
from tests.chaos.world import Actor, GaveUp, MakeWorld, Surroundings

FAULT_RATE = 0.05
CALM_AFTER = 1_500  # steps; then faults stop, and whoever still waits must be served
LIMIT = 30_000
QUARTER = timedelta(minutes=16)
LOGGED = 16  # every sixteenth run also reads its log: formatting lines costs more than all that leads to them


@dataclass
class Outcome:
    seed: int
    actors: int = 0
    calls: int = 0
    faults: int = 0
    history: str = ""
    violations: list[str] = field(default_factory=list)


def simulate(make_world: MakeWorld, shelves: Shelves, seed: int) -> Outcome:
    chance = random.Random(seed)
    plan = RandomPlan(chance, FAULT_RATE)
    wire, scheduler = Wire(plan), Scheduler(chance)
    outcome = Outcome(seed)
    with captured_log(keep=seed % LOGGED == 0) as log, decided_by(chance, scheduler.switch) as clock:

        def make_cloud(plumbing: Plumbing) -> MemoryCloud:
            return MemoryCloud(wire, plumbing, shelves, chance)

        def later() -> None:
            clock.at += QUARTER

        def switch() -> None:
            clock.tick()
            scheduler.switch()

        def check(call: Call) -> None:
            if not outcome.violations and world.concerns(call):
                outcome.violations.extend(world.always())

        world = make_world(Surroundings(make_cloud, chance, scheduler.rest, later))
        scheduler.per_process = world.processes.places
        wire.switch, wire.after_write, wire.who = switch, check, lambda: scheduler.current
        people = world.cast()
        busy = set(people)

        def living(person: Actor) -> Callable[[], None]:
            def live() -> None:
                try:
                    person.live()
                except GaveUp as error:
                    outcome.violations.append(f"gave up: {error}")
                finally:
                    busy.remove(person)

            return live

        def serving(pump: Callable[[], object]) -> Callable[[], None]:
            def serve() -> None:
                while busy:
                    pump()
                    scheduler.rest()

            return serve

        for person in people:
            scheduler.spawn(person.name, living(person))
        for stream in world.plumbing.streams:
            scheduler.spawn("relay", serving(lambda stream=stream: stream.pump(chance.randint(1, 4))))  # type: ignore[misc]  # binds the loop's value
        for queue in world.plumbing.queues:
            scheduler.spawn(queue.name, serving(lambda queue=queue: queue.pump(chance)))  # type: ignore[misc]  # binds the loop's value
        outcome.actors = len(people) + len(world.plumbing.streams) + len(world.plumbing.queues)
        try:
            scheduler.run({CALM_AFTER: plan.calm}, LIMIT)
            plan.calm()
            world.plumbing.drain()
            outcome.violations.extend(world.at_rest(log.getvalue()))
        except (NotLive, Stuck) as error:
            outcome.violations.append(f"{type(error).__name__}: {error}")
        finally:
            scheduler.abandon()
            world.close()
    outcome.calls, outcome.faults = len(wire.trace), plan.made
    outcome.history = blake2b("\n".join(wire.trace).encode(), digest_size=8).hexdigest()
    return outcome
