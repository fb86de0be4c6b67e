"""What functions take of a processor, in this process, without what stands in for AWS and Stripe below them."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest.mock import patch

from moto.core.botocore_stubber import BotocoreStubber

from kernel.http import Api
from local.stripe.client import InProcess

Answer = TypeVar("Answer")


class Processor:
    """Counts what is inside of handlers and outside of emulators: the SDKs' own work is in it, the network is not."""

    def __init__(self) -> None:
        self.ms = 0.0
        self._inside = False

    def run(self, do: Callable[..., Answer], *given: Any) -> Answer:
        """A handler that is called."""
        return self._as(True, do, *given)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Whatever is asked by HTTP is called by tests' builders; there it is counted, too."""
        emulators = ((BotocoreStubber, "__call__"), (InProcess, "request"))
        patches = [patch.object(of, name, self._outside(getattr(of, name))) for of, name in emulators]
        patches.append(patch.object(Api, "handler", self._handled(Api.handler)))
        for one in patches:
            one.start()
        try:
            yield
        finally:
            for one in patches:
                one.stop()

    def _outside(self, stands_in: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given, **said: self._as(False, stands_in, *given, **said)

    def _handled(self, handler: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *given: self._as(True, handler, *given)

    def _as(self, inside: bool, do: Callable[..., Answer], *given: Any, **said: Any) -> Answer:
        before, self._inside = self._inside, inside
        self._count(before, inside)
        try:
            return do(*given, **said)
        finally:
            self._inside = before
            self._count(inside, before)

    def _count(self, left: bool, entered: bool) -> None:
        """Crossing into a handler starts the clock, crossing out of one stops it."""
        if left != entered:
            now_ms = time.process_time() * 1000
            self.ms += now_ms if left else -now_ms
