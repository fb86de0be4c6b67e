"""How a bug is planted: a small patch over production code, applied as a context, known by its own name."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Self

from kernel.changes import Change, Item, put

Planted = Callable[[], AbstractContextManager[Any]]


class Bugs(dict[str, Planted]):
    """A collection of bugs. As a decorator it takes one in, under the name of its function."""

    def __call__(self, function: Callable[[], Iterator[None]]) -> Planted:
        self[function.__name__.replace("_", " ")] = planted = contextmanager(function)
        return planted

    def __or__(self, others: Mapping[str, Planted]) -> "Bugs":  # type: ignore[override]  # bugs and bugs are bugs
        return Bugs({**self, **others})


class Careless(Change):
    """A change whose conditions are forgotten."""

    def _if(self, name: str, test: Any, value: Any = None) -> Self:
        return self


def careless(change: Change) -> Careless:
    """Those it has, and those it would be given."""
    return Careless(change.kind, change.key, item=change.item, sets=change.sets, adds=change.adds)


def put_without_conditions(prefix: str) -> Callable[[Item], Change]:
    return lambda item: careless(put(item)) if item["pk"].startswith(prefix) else put(item)
