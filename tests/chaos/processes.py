"""Functions as AWS runs them, each with its own environment and process; clock and ids come from the run's seed."""

import io
import logging
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

import kernel.ids
import kernel.table
from kernel import clock, log, settings
from tests.chaos.plumbing import Answer, LambdaContext
from tests.chaos.scheduler import Place

START = datetime(2026, 1, 1, tzinfo=UTC)
TIMEOUT = timedelta(seconds=10)
BETWEEN_CALLS = timedelta(milliseconds=7)


@dataclass
class Function:
    name: str
    handler: Callable[[dict[str, Any], Any], Answer | None]
    environment: Mapping[str, str]
    warm: dict[str, Any] = field(default_factory=dict)  # what a warm process still knows: its settings


class Processes:
    """Where functions run. What production code keeps per process is swapped in and out with each of them."""

    def __init__(self, *resolvers: Any) -> None:
        self._resolvers = resolvers
        self._environment: Mapping[str, str] = {}
        self.began: datetime | None = None
        self._before = dict(os.environ)
        self.places: list[Place] = [
            (self, "environment"),
            (self, "began"),
            (settings, "_settings"),
            (BaseRouter, "current_event"),
            (BaseRouter, "lambda_context"),
            *((resolver, "context") for resolver in resolvers),
        ]

    @property
    def environment(self) -> Mapping[str, str]:
        return self._environment

    @environment.setter
    def environment(self, wanted: Mapping[str, str]) -> None:
        if wanted is self._environment:
            return
        for name in self._environment.keys() - wanted.keys():
            del os.environ[name]
            if name in self._before:
                os.environ[name] = self._before[name]
        for name, value in wanted.items() - self._environment.items():
            os.environ[name] = value
        self._environment = wanted

    def invoke(self, function: Function, event: Mapping[str, Any]) -> Answer:
        self.environment = function.environment
        settings._settings = function.warm.get("settings")
        for resolver in self._resolvers:
            resolver.context = {}
        self.began = clock.now()
        try:
            return function.handler(dict(event), LambdaContext(function.name)) or {}
        finally:
            self.began = None
            function.warm["settings"] = settings._settings

    def overdue(self) -> bool:
        """AWS ends whoever takes longer than the function's timeout, also when it was the run that pushed the clock."""
        return self.began is not None and clock.now() - self.began > TIMEOUT


class Clock:
    """Moves a little with every call; a run may push it further."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def tick(self) -> None:
        self.at += BETWEEN_CALLS

    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds + 1)


class Randomness:
    """In the place of the `secrets` module where ids are made: the same seed gives the same ids."""

    def __init__(self, chance: random.Random) -> None:
        self.randbits = chance.getrandbits


@contextmanager
def decided_by(chance: random.Random, pause: Callable[[], None]) -> Iterator[Clock]:
    """Time, ids and waiting come from the run, not from the machine."""
    ticking = Clock()
    clock.set_clock(ticking)
    try:
        with (
            patch.object(kernel.ids, "secrets", Randomness(chance)),
            patch.object(kernel.table, "sleep", lambda _: pause()),
        ):
            yield ticking
    finally:
        clock.set_clock(None)


def memories(package: str) -> list[Any]:
    """Whatever its modules keep for the life of a process. To look for it takes longer than to clear it."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith(package)]
    return [one for module in modules for one in list(vars(module).values()) if hasattr(one, "cache_clear")]


def forget(remembered: Iterable[Any]) -> None:
    """That, and what was read of settings and secrets."""
    settings.forget()
    for one in remembered:
        one.cache_clear()


def silent(*_: Any, **__: Any) -> None:
    """In the place of a log line that nobody will read."""


@contextmanager
def captured_log(*, keep: bool = True) -> Iterator[io.StringIO]:
    """Everything that functions log, metrics included, instead of the terminal's noise. Not kept, it costs nothing."""
    if not keep:
        with patch.multiple(log, info=silent, warning=silent, exception=silent, count=silent):
            yield io.StringIO()
        return
    text, logger = io.StringIO(), log._logger()
    handler = logger.registered_handler
    if not isinstance(handler, logging.StreamHandler):
        raise TypeError(f"the logger writes by {handler}")
    before = handler.setStream(text)
    try:
        with redirect_stdout(text), patch.object(logger._logger, "propagate", False):
            yield text
    finally:
        handler.setStream(before or sys.stdout)
