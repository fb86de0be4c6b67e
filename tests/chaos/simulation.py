"""Layer 1: many actors in one thread, every call a switch point, one seed for all that happens."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import blake2b

from tests.chaos.cloud import MemoryCloud, Shelves
from tests.chaos.faults import Call, Crash
from tests.chaos.plumbing import Plumbing, Queue, Stream, Stuck
from tests.chaos.processes import captured_log, decided_by
from tests.chaos.scheduler import NotLive, Scheduler
from tests.chaos.wire import RandomPlan, Wire
from tests.chaos.world import Actor, GaveUp, MakeWorld, Surroundings

FAULT_RATE = 0.06
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
    trace: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


class Simulation:
    """One seed's run: built, run to its end, checked."""

    def __init__(self, make_world: MakeWorld, shelves: Shelves, seed: int) -> None:
        self.chance, self.outcome = random.Random(seed), Outcome(seed)
        self.plan = RandomPlan(self.chance, FAULT_RATE)
        self.wire, self.scheduler = Wire(self.plan), Scheduler(self.chance)
        self._make_world, self._shelves = make_world, shelves

    def run(self) -> Outcome:
        keep = self.outcome.seed % LOGGED == 0
        with captured_log(keep=keep) as log, decided_by(self.chance, self.scheduler.switch) as clock:
            self.clock = clock
            around = Surroundings(self._cloud, self.chance, self.scheduler.rest, self._later, self._passes)
            self.world = self._make_world(around)
            self.scheduler.per_process = self.world.processes.places
            self.wire.switch, self.wire.after_write = self._switch, self._check
            self.wire.who = lambda: self.scheduler.current
            self._spawn()
            try:
                self.scheduler.run({CALM_AFTER: self.plan.calm}, LIMIT)
                self.plan.calm()
                self.world.plumbing.drain()
                self.outcome.violations.extend(self.world.at_rest(log.getvalue()))
            except (NotLive, Stuck) as error:
                self.outcome.violations.append(f"{type(error).__name__}: {error}")
            finally:
                self.scheduler.abandon()
                self.world.close()
        self.outcome.trace = self.wire.trace
        trace = "\n".join(self.wire.trace).encode()
        self.outcome.calls, self.outcome.faults = len(self.wire.trace), self.plan.made
        self.outcome.history = blake2b(trace, digest_size=8).hexdigest()
        return self.outcome

    def _spawn(self) -> None:
        """People live their lives; the services behind them work as long as anybody does."""
        people, plumbing = self.world.cast(), self.world.plumbing
        self.busy = set(people)
        for person in people:
            self.scheduler.spawn(person.name, partial(self._live, person))
        for stream in plumbing.streams:
            self.scheduler.spawn("relay", partial(self._serve, partial(self._relay, stream)), self._wanted(stream))
        for queue in plumbing.queues:
            self.scheduler.spawn(
                queue.name, partial(self._serve, partial(queue.pump, self.chance)), self._wanted(queue)
            )
        self.outcome.actors = len(people) + len(plumbing.streams) + len(plumbing.queues)

    def _live(self, person: Actor) -> None:
        try:
            person.live()
        except GaveUp as error:
            self.outcome.violations.append(f"gave up: {error}")
        finally:
            self.busy.remove(person)

    def _serve(self, pump: Callable[[], object]) -> None:
        while self.busy:
            pump()
            self.scheduler.rest()

    def _wanted(self, service: Stream | Queue) -> Callable[[], bool]:
        """Services rest while there is nothing to do, and go home with the last person."""
        return lambda: service.waiting > 0 or not self.busy

    def _relay(self, stream: Stream) -> None:
        stream.pump(self.chance.randint(1, 4))

    def _cloud(self, plumbing: Plumbing) -> MemoryCloud:
        return MemoryCloud(self.wire, plumbing, self._shelves, self.chance)

    def _later(self) -> None:
        self._passes(QUARTER)

    def _passes(self, by: timedelta) -> None:
        self.clock.at += by

    def _switch(self) -> None:
        self.clock.tick()
        self.scheduler.switch()
        if self.world.processes.overdue():
            raise Crash

    def _check(self, call: Call) -> None:
        if not self.outcome.violations and self.world.concerns(call):
            self.outcome.violations.extend(self.world.always())


def simulate(make_world: MakeWorld, shelves: Shelves, seed: int) -> Outcome:
    return Simulation(make_world, shelves, seed).run()
