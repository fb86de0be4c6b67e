"""What a domain brings to be tested under faults: its functions and plumbing, its people, and what must hold."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from tests.chaos.cloud import Cloud
from tests.chaos.faults import Call
from tests.chaos.plumbing import Plumbing
from tests.chaos.processes import Processes


class GaveUp(Exception):
    """Somebody was not served although they tried again and again."""


class Actor(Protocol):
    name: str

    def live(self) -> None: ...


def without_clock(by: timedelta) -> None:
    raise NotImplementedError("This layer has no clock to be moved at will.")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a layer gives a world: services, chance, and ways to wait: for others, a quarter of an hour, or so long."""

    make_cloud: Callable[[Plumbing], Cloud]
    chance: random.Random
    pause: Callable[[], None]
    later: Callable[[], None]
    passes: Callable[[timedelta], None] = without_clock


class World(Protocol):
    """`cast` plays at once, `walks` are whole uses of the slice, `steps` is what somebody could do now."""

    processes: Processes
    plumbing: Plumbing

    def cast(self) -> Sequence[Actor]: ...
    def walks(self) -> Sequence[Actor]: ...
    def steps(self) -> Sequence[Callable[[], None]]: ...
    def concerns(self, call: Call) -> bool: ...
    def always(self) -> Iterable[str]: ...
    def at_rest(self, log: str) -> Iterable[str]: ...
    def close(self) -> None: ...


MakeWorld = Callable[[Surroundings], World]
