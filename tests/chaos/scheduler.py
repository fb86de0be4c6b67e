"""One thread, many actors, one seed: who goes on after each call is drawn, so that every history can be had again."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from greenlet import getcurrent, greenlet

Actor = Callable[[], None]
Ready = Callable[[], bool]
Place = tuple[Any, str]  # an attribute that production code keeps per process, such as a web framework's current event


class NotLive(Exception):
    """The run does not come to rest: some actor waits for what never happens."""


class Scheduler:
    """Each actor sees process-wide state as if it had its process for itself: on AWS it has, one call at a time."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.per_process: Sequence[Place] = ()
        self._main = getcurrent()
        self._live: list[tuple[str, greenlet, Ready]] = []
        self.current = "main"
        self.switches = 0

    def spawn(self, name: str, actor: Actor, ready: Ready = lambda: True) -> None:
        """An actor that is not ready when it is drawn is passed over."""
        self._live.append((name, greenlet(actor, parent=self._main), ready))

    def switch(self) -> None:
        """A switch point inside a function: returns when this actor is drawn again, its process as it left it."""
        if getcurrent() is self._main:
            return
        kept = [(place, name, getattr(place, name, None)) for place, name in self.per_process]
        self._main.switch()
        for place, name, value in kept:
            setattr(place, name, value)

    def rest(self) -> None:
        """A switch point between calls of functions, when there is no process to come back to."""
        if getcurrent() is not self._main:
            self._main.switch()

    def run(self, milestones: Mapping[int, Callable[[], None]], limit: int) -> None:
        """Until every actor is done. `milestones` happen at their step, for example the end of all faults."""
        while self._live:
            self.switches += 1
            if self.switches in milestones:
                milestones[self.switches]()
            if self.switches > limit:
                raise NotLive([name for name, *_ in self._live])
            place = int(self._chance.random() * len(self._live))
            self.current, actor, ready = self._live[place]
            if not ready():
                continue
            actor.switch()
            if actor.dead:
                self._live.pop(place)
        self.current = "main"

    def abandon(self) -> None:
        """End every actor where it stands, so that a failed run leaves nothing behind."""
        for _, actor, _ in self._live:
            actor.throw()
        self._live.clear()
