"""The only source of time. Tests and simulations replace it; nothing else reads the machine's clock."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

AHEAD_FILE = "CLOCK_AHEAD_FILE"  # set on laptops alone: how many seconds a person or a demo has moved time ahead


def _machine() -> datetime:
    now, file = datetime.now(UTC), os.environ.get(AHEAD_FILE)
    return now + timedelta(seconds=_ahead_s(Path(file))) if file else now


def _ahead_s(file: Path) -> int:
    try:
        return int(file.read_text())
    except FileNotFoundError:  # nobody has moved it yet
        return 0


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
