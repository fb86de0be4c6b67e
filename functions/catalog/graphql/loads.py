"""Batched loads: what a whole level of an answer asks for, one by one, is read in one call."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Batch(Generic[Key, Value]):
    """Of one request: nothing is remembered beyond it. What is not found is None."""

    def __init__(self, load: Callable[[Sequence[Key]], Mapping[Key, Value]], *, at_once: int = 50) -> None:
        self._load, self._at_once = load, at_once
        self._futures: dict[Key, asyncio.Future[Value | None]] = {}
        self._waiting: list[Key] = []

    def __call__(self, key: Key) -> "asyncio.Future[Value | None]":
        """The executor asks for all of a level before it waits for the first: then all are loaded."""
        if key not in self._futures:
            loop = asyncio.get_running_loop()
            self._futures[key] = loop.create_future()
            if not self._waiting:
                loop.call_soon(self._go)
            self._waiting.append(key)
        return self._futures[key]

    def _go(self) -> None:
        keys, self._waiting = self._waiting, []
        for start in range(0, len(keys), self._at_once):
            some = keys[start : start + self._at_once]
            try:
                found = self._load(some)
            except Exception as error:  # noqa: BLE001 - raised where it is awaited, to each who asked
                for key in some:
                    self._futures[key].set_exception(error)
            else:
                for key in some:
                    self._futures[key].set_result(found.get(key))
