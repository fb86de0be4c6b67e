"""What is told while something runs: to a person at a terminal, or into a log."""

import sys
import time


class Terminal:
    """Progress: one line that rewrites itself for a person, a line each for a log."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._started = time.monotonic()

    def progress(self, text: str) -> None:
        line = f"{self.took_s:5.1f} s  {text}"
        sys.stdout.write(f"\r\033[K{line}" if self._live else f"{line}\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        sys.stdout.write(f"\r\033[K{text}\n" if self._live else f"{text}\n")
        sys.stdout.flush()

    def event(self, text: str) -> None:
        self.say(f"{time.strftime('%H:%M:%S')}  {text}")

    @property
    def took_s(self) -> float:
        return time.monotonic() - self._started
