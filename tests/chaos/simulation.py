"""Layer 1: many actors in one thread, every call a switch point, one seed for all that happens."""

import random
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import blake2b
from typing import Any

from tests.chaos import identity_checks
from tests.chaos.cloud import MemoryCloud
from tests.chaos.identity_people import Admin, Device, GaveUp, Guesser, Person
from tests.chaos.identity_world import PARAMETERS, SECRETS, TABLES, IdentityWorld
from tests.chaos.plumbing import Plumbing, Stuck
from tests.chaos.processes import captured_log, decided_by
from tests.chaos.scheduler import NotLive, Scheduler
from tests.chaos.wire import RandomPlan, Wire

FAULT_RATE = 0.05
CALM_AFTER = 1_500  # steps; then faults stop, and whoever still waits must be served
LIMIT = 30_000
QUARTER = timedelta(minutes=16)


@dataclass
class Outcome:
    seed: int
    actors: int
    calls: int
    faults: int
    history: str
    violations: list[str] = field(default_factory=list)


def simulate(seed: int) -> Outcome:
    chance = random.Random(seed)
    plan = RandomPlan(chance, FAULT_RATE)
    wire = Wire(plan)
    with captured_log() as log, decided_by(chance, lambda: scheduler.switch()) as clock:

        def later() -> None:
            clock.at += QUARTER

        def switch() -> None:
            clock.tick()
            scheduler.switch()

        def make(plumbing: Plumbing) -> MemoryCloud:
            return MemoryCloud(
                wire, plumbing, tables=TABLES, parameters=PARAMETERS, secrets=SECRETS, chance=chance
            )

        world = IdentityWorld(make, chance, lambda: scheduler.switch(), later)
        scheduler = Scheduler(chance, world.processes.places)
        wire.switch, wire.who = switch, lambda: scheduler.current
        violations: list[str] = []

        def instant() -> None:
            if not violations:
                violations.extend(identity_checks.always(world.facts()))

        wire.after_write = instant
        people = cast_of(world)
        busy = [len(people)]

        def walk(person: Any) -> None:
            try:
                person.live()
            except GaveUp as error:
                violations.append(f"gave up: {error}")
            finally:
                busy[0] -= 1

        for number, person in enumerate(people):
            scheduler.spawn(f"person {number}", lambda person=person: walk(person))
        services = [lambda: world.plumbing.streams[0].pump(chance.randint(1, 4))]
        services += [lambda queue=queue: queue.pump(chance) for queue in world.plumbing.queues]
        for number, service in enumerate(services):

            def serve(service: Any = service) -> None:
                while busy[0]:
                    service()
                    scheduler.switch()

            scheduler.spawn(f"service {number}", serve)
        try:
            scheduler.run({CALM_AFTER: plan.calm}, LIMIT)
            plan.calm()
            world.plumbing.drain()
            violations.extend(world.complaints)
            violations.extend(identity_checks.at_rest(world.facts(log.getvalue())))
            violations.extend(admissions(world))
        except (NotLive, Stuck) as error:
            violations.append(f"{type(error).__name__}: {error}")
        finally:
            scheduler.abandon()
            world.close()
    history = blake2b("\n".join(wire.trace).encode(), digest_size=8).hexdigest()
    return Outcome(seed, len(people) + len(services), len(wire.trace), plan.made, history, violations)


def cast_of(world: IdentityWorld) -> list[Any]:
    """At least two people, and whoever makes their lives harder."""
    bea = Person(world, "Bea", "bea@metco.example")
    cast: list[Any] = [bea]
    chance = world.chance
    if chance.random() < 0.5:
        cast.append(Person(world, "Bea's double", "bea@metco.example"))
    if chance.random() < 0.5:
        cast.append(Device(bea))
    if chance.random() < 0.3:
        cast.append(Guesser(world, bea))
    if chance.random() < 0.3:
        cast.append(Admin(world, bea))
    if len(cast) == 1:
        cast.append(Person(world, "Cal", "cal@metco.example"))
    return cast


def admissions(world: IdentityWorld) -> Iterator[str]:
    over = {
        row["sk"]["S"][8:]
        for row in world.cloud.rows("identity").values()
        if row["sk"]["S"].startswith("SESSION#") and row["ended"]["BOOL"]
    }
    for session, token in world.tokens.items():
        if world.admits(token) == (session in over):
            yield f"session {session}: ended={session in over}, yet the authorizer says otherwise"
        if token in world.ended and session not in over:
            yield f"session {session}: was told to have ended, but has not"


if __name__ == "__main__":
    import time

    started = time.perf_counter()
    first, last = int(sys.argv[1]), int(sys.argv[2])
    for seed in range(first, last):
        outcome = simulate(seed)
        if outcome.violations:
            print(outcome)
    print((time.perf_counter() - started) / (last - first) * 1000, "ms per seed", outcome)
