"""stripe-mock on this machine, for as long as a test takes."""

import re
import subprocess
import time
from pathlib import Path
from types import TracebackType

from tools.stripe_mock import binary

START_WITHIN_S = 30

# The shell's only work is to end the server once whoever started it is gone, however that came: its input ends then.
GUARD = '"$@" & read -r _; kill $!; wait $!'


class NotStarted(Exception):
    """Says why, with what the server said."""


def lacking() -> str:
    """Why there can be none here; "" if there can."""
    return "" if binary.complete() else f"stripe-mock is not in .build: {binary.HOW}"


class Server:
    """Its log is in the given folder. `url` is known once it has started."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "stripe-mock.log"
        self.url = ""
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        command = ["/bin/sh", "-c", GUARD, "sh", str(binary.BINARY), "-http-addr", "127.0.0.1:0"]
        with self.log.open("wb") as log:
            self._guard = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            if said := re.search(r"Listening for HTTP at address: (\S+)", self.log.read_text()):
                self.url = f"http://{said[1]}"
                return self
            time.sleep(0.1)
        self._stop()
        raise NotStarted(f"stripe-mock did not start; it said: {self.log.read_text()[-2_000:]}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _stop(self) -> None:
        if guard := self._guard:
            self._guard = None
            assert guard.stdin
            guard.stdin.close()
            guard.wait(10)
