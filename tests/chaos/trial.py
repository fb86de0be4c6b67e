"""What the campaign knows of a world: how it is made, what it must have reached, and the bugs planted in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from tests.chaos.cloud import Shelves
from tests.chaos.world import MakeWorld

WORLDS = ("identity", "stock", "ledger", "saga")


@dataclass(frozen=True)
class Fewest:
    """A run below this is too small to count as one."""

    actors: int
    calls: int
    faults: int


@dataclass(frozen=True)
class Trial:
    """`told`: files whose writes tales go through instead. `deaths`: how to run it where processes really die.
    `by_steps`: whether somebody can go through it step by step, as crash points and stories do."""

    make_world: MakeWorld
    shelves: Shelves
    domains: tuple[str, ...]
    bugs: Mapping[str, Callable[[], AbstractContextManager[Any]]]
    fewest: Fewest
    walks: Sequence[int] = (0,)
    told: tuple[str, ...] = ()
    deaths: str = ""
    by_steps: bool = True

    @contextmanager
    def planted(self, bug: str) -> Iterator[None]:
        with self.bugs[bug]():
            yield


def trial(world: str) -> Trial:
    """By name, so that a process of its own can be told which world it works on."""
    found: Trial = import_module(f"tests.chaos.{world}_trial").TRIAL
    return found
