"""The only source of time. Tests and simulations replace it; nothing else reads the machine's clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta


def _machine() -> datetime:
    return datetime.now(UTC)


_read: Callable[[], datetime] = _machine


def now() -> datetime:
    return _read()


def set_clock(read: Callable[[], datetime] | None) -> None:
    global _read
    _read = read or _machine


@contextmanager
def frozen(at: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Stop the clock at a moment; the yielded function moves it on."""
    current = at

    def advance(by: timedelta) -> None:
        nonlocal current
        current += by

    previous = _read
    set_clock(lambda: current)
    try:
        yield advance
    finally:
        set_clock(previous)


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_s(moment: datetime) -> int:
    return int(moment.timestamp())
