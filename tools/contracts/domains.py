"""What the domains declare in code: routes, published events, subscriptions. Everything generated starts here."""

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from kernel.consume import Consumer
from kernel.events import Data
from kernel.http import Api

ROOT = Path(__file__).resolve().parents[2]
DOORS = ("api", "graphql", "papers")
NOT_HTTP = ("consumers", "steps", "sockets", "authorizer")
Kind = TypeVar("Kind")


class ContractError(Exception):
    """Something a contract cannot be written from. Its text says what to change."""


@dataclass(frozen=True)
class Domain:
    name: str

    def module(self, room: str) -> ModuleType | None:
        """One of the domain's files, or the folder it has grown into."""
        path = ROOT / "functions" / self.name / room
        if not path.with_suffix(".py").exists() and not path.is_dir():
            return None
        return importlib.import_module(f"functions.{self.name}.{room}")

    @cached_property
    def modules(self) -> tuple[ModuleType, ...]:
        """Every file that can take part in answering a request."""
        folder = ROOT / "functions" / self.name
        found = (path.relative_to(folder).with_suffix("").parts for path in sorted(folder.rglob("*.py")))
        rooms = (tuple(part for part in parts if part != "__init__") for parts in found)
        return tuple(self._file(parts) for parts in rooms if parts and parts[0] not in NOT_HTTP)

    def _file(self, parts: tuple[str, ...]) -> ModuleType:
        return importlib.import_module(".".join(("functions", self.name, *parts)))

    @property
    def source(self) -> str:
        return f"metco.{self.name}"

    @cached_property
    def api(self) -> Api | None:
        return next(iter(self.apis), None)

    @cached_property
    def apis(self) -> list[Api]:
        """The domain's own first, then other doors to the same rooms."""
        return [one for room in DOORS for one in _instances(self.module(room), Api)]

    @cached_property
    def events(self) -> list[type[Data]]:
        """What only several of them have in common, and is never sent, begins with an underscore."""
        named = vars(self.module("events") or object).items()
        found = (one for name, one in named if inspect.isclass(one) and not name.startswith("_"))
        return [one for one in found if issubclass(one, Data) and one is not Data]

    @cached_property
    def subscriptions(self) -> list[tuple[str, str]]:
        consumers = _instances(self.module("consumers"), Consumer)
        return sorted({one for consumer in consumers for one in consumer.subscriptions})


def domains() -> list[Domain]:
    folders = (path.parent for path in (ROOT / "functions").glob("*/__init__.py"))
    return [Domain(folder.name) for folder in sorted(folders)]


def _instances(module: ModuleType | None, kind: type[Kind]) -> Iterator[Kind]:
    return (one for one in vars(module or object).values() if isinstance(one, kind))
