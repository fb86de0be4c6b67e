"""`make dev`: Metco on http://localhost:8000 until Ctrl-C, with its state kept for the next time."""

import os
import signal
import sys
import threading
import time
from types import FrameType

from local.home import HOME, Problem
from local.reload import Reloader
from local.seed import ACCOUNTS, PASSWORD
from local.stack import Stack


class Terminal:
    """Progress: one line that rewrites itself for a person, a line each for a log."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._started = time.monotonic()

    def progress(self, text: str) -> None:
        line = f"{time.monotonic() - self._started:5.1f} s  {text}"
        sys.stdout.write(f"\r\033[K{line}" if self._live else f"{line}\n")
        sys.stdout.flush()

    def say(self, text: str) -> None:
        sys.stdout.write(f"\r\033[K{text}\n" if self._live else f"{text}\n")
        sys.stdout.flush()

    def event(self, text: str) -> None:
        self.say(f"{time.strftime('%H:%M:%S')}  {text}")

    def table(self, stack: Stack) -> None:
        rows = {
            "Pages": f"{stack.url}/",
            "API": f"{stack.url}/v1",
            "API reference": f"{stack.url}/docs",
            "Mailbox": f"{stack.url}/_mailbox",
            "Traces": f"{stack.url}/_traces",
            "AWS": f"{stack.endpoint} (any AWS tool's endpoint URL)",
            "Accounts": ", ".join(account.email for account in ACCOUNTS),
            "Password": PASSWORD,
        }
        self.say(f"\nMetco runs. Ready in {time.monotonic() - self._started:.1f} s.\n")
        for name, value in rows.items():
            self.say(f"  {name:<15}{value}")
        self.say("\nA saved file is live in about a second. Ctrl-C stops and keeps the state; RESET=1 forgets it.\n")


def main() -> int:
    terminal = Terminal()
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        if ended.is_set():
            raise KeyboardInterrupt
        ended.set()

    try:
        port = int(os.environ.get("PORT") or 8000)
    except ValueError:
        terminal.say(f"PORT is a number such as 8000, not {os.environ['PORT']!r}.")
        return 2
    stack = Stack(HOME, port=port, tell=terminal.progress)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        stack.up(reset=os.environ.get("RESET") in {"1", "true", "yes"}, seeded=True)
    except Problem as problem:
        terminal.say(f"\n{problem}\n")
        return 1
    except KeyboardInterrupt:
        terminal.say("\nStopped before it was ready.")
        return 130
    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    terminal.table(stack)
    reloader = Reloader(stack, terminal.event)
    reloader.start()
    code = 0
    while not ended.wait(0.5):
        if not stack.cloud.running:
            terminal.say(f"\nThe local cloud ended by itself; the end of {stack.cloud.log} says why.")
            code = 1
            break
    terminal.say("\nStopping; the state is kept.")
    reloader.stop()
    stack.stop()
    return code


if __name__ == "__main__":
    sys.exit(main())
