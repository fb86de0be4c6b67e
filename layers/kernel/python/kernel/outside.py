"""For calls to services that are not ours: how they are made, how long there still is to wait, when to stop asking."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from kernel import clock, log
from kernel.errors import Unavailable

CONNECT_S = 2.0
_connections: Any = None


class State(StrEnum):
    CLOSED = "closed"  # calls go through
    OPEN = "open"  # calls are refused at once: the service is down, and waiting for it would take us down too
    HALF_OPEN = "half_open"  # the rest is over: the next call shows whether the service is back


@dataclass(slots=True)
class Breaker:
    """Of one service, in one process. Only `outages` count: an answer we do not like is still an answer."""

    service: str
    outages: tuple[type[Exception], ...] = (OSError,)
    opens_after: int = 5
    rest: timedelta = timedelta(seconds=30)
    _failures: int = field(default=0, init=False)
    _last_failure: datetime | None = field(default=None, init=False)

    @property
    def state(self) -> State:
        if self._failures < self.opens_after or self._last_failure is None:
            return State.CLOSED
        return State.OPEN if clock.now() < self._last_failure + self.rest else State.HALF_OPEN

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Around each call. An outage becomes Unavailable, which its caller may retry."""
        if self.state is State.OPEN:
            raise Unavailable(f"{self.service} does not answer. Try again in a moment.", retry_after_s=self._wait_s())
        try:
            yield
        except self.outages as error:
            self._failed()
            raise Unavailable(f"{self.service} does not answer. Try again.") from error
        self._failures = 0

    def _failed(self) -> None:
        self._failures += 1
        self._last_failure = clock.now()
        if self._failures == self.opens_after:
            log.warning("breaker opened", outside=self.service, failures=self._failures)
            log.count("breakers_opened_total", outside=self.service)

    def _wait_s(self) -> int:
        over = (self._last_failure or clock.now()) + self.rest
        return max(1, int((over - clock.now()).total_seconds()))


@dataclass(frozen=True, slots=True)
class Deadline:
    """Until when an answer is of use, so that what comes after it can still be written down.

    By the function's own count of what is left to it: a clock may be moved ahead while it runs, on a laptop.
    """

    left_ms: Callable[[], int]
    keep: timedelta

    @classmethod
    def of(cls, context: Any, *, keep: timedelta = timedelta(seconds=1)) -> "Deadline":
        """The function's own end, less what it needs after the call."""
        return cls(context.get_remaining_time_in_millis, keep)

    def timeout_s(self, at_most_s: float) -> float:
        """For the next call. With no time left it is not begun: its outcome could not be recorded."""
        left_s = self.left_ms() / 1000 - self.keep.total_seconds()
        if left_s <= 0:
            raise Unavailable("There is not enough time left to ask. Try again.")
        return min(at_most_s, left_s)


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class Breakers(dict[str, Breaker]):
    """One for each service, made when it is first asked."""

    def __missing__(self, service: str) -> Breaker:
        made = self[service] = Breaker(service)
        return made

    def ask(self, service: str, call: Callable[[], tuple[int, bytes]]) -> tuple[int, bytes]:
        """No answer, or one of a server in trouble, is Unavailable: whether it did something is not known."""
        with self[service].guard():
            status, text = call()
            if status >= 500:
                raise OSError(f"{service} answers {status}")
        if status == 429:
            raise Unavailable(f"{service} has too much to do. Try again.")
        return status, text


def fetch(request: Request, *, read_s: float, max_bytes: int) -> tuple[int, bytes]:
    """No redirects, no retries, no more than an answer's worth of bytes."""
    import urllib3  # here, not on top: it comes with boto3, whose clients a function makes first

    global _connections
    _connections = _connections or urllib3.PoolManager(retries=False)
    try:
        answer = _connections.request(
            request.method,
            request.url,
            body=request.body,
            headers=dict(request.headers),
            timeout=urllib3.Timeout(connect=CONNECT_S, read=read_s),
            redirect=False,
            preload_content=False,
        )
        text = answer.read(max_bytes)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise OSError("the service cannot be reached") from error
    return answer.status, text


def document(text: bytes) -> dict[str, Any]:
    """What a service says in JSON; nothing, if it says anything else."""
    try:
        said = json.loads(text or b"{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
