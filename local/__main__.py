"""`make dev`: Metco on http://localhost:8000 until Ctrl-C, with its state kept for the next time."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from local.ask import NoAnswer
from local.complaints import Complaints
from local.home import ACCOUNT, HOME, REGION, Problem
from local.reload import Reloader
from local.seed import ACCOUNTS, PASSWORD, finish_seeding
from local.stack import Stack
from local.terminal import Terminal


def table(terminal: Terminal, stack: Stack) -> None:
    rows = {
        "Pages": f"{stack.url}/",
        "Shop": f"{stack.url}/shop",
        "API": f"{stack.url}/v1",
        "API reference": f"{stack.url}/docs",
        "Mailbox": f"{stack.url}/_mailbox",
        "Traces": f"{stack.url}/_traces",
        "Stripe": f"{stack.url}/_stripe (a stand-in: no money moves)",
        "Carriers": f"{stack.url}/_carriers (stand-ins: you are the driver)",
        "AWS": f"{stack.endpoint} (key {ACCOUNT}, secret test, region {REGION})",
        "Logs": str(stack.cloud.function_log),
        "Accounts": ", ".join(account.email for account in ACCOUNTS),
        "Password": PASSWORD,
    }
    terminal.say(f"\nMetco runs. Ready in {terminal.took_s:.1f} s.\n")
    for name, value in rows.items():
        terminal.say(f"  {name:<15}{value}")
    terminal.say("\nA saved file is live in about a second. Ctrl-C stops and keeps the state; RESET=1 forgets it.\n")


def asked(arguments: list[str]) -> argparse.Namespace:
    """`make dev` says PORT and RESET by the environment; the options are for whoever starts a second Metco."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or 8000, help="8000, or PORT; 0 is any")
    parser.add_argument("--home", type=Path, default=HOME, help="the folder of its state and logs, .local if not given")
    parser.add_argument("--reset", action="store_true", default=os.environ.get("RESET") in {"1", "true", "yes"})
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = asked(arguments)
    terminal = Terminal()
    stack = Stack(options.home.resolve(), port=options.port, tell=terminal.progress)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        stack.up(reset=options.reset, seeded=True)
    except Problem as problem:
        terminal.say(f"\n{problem}\n")
        return 1
    except KeyboardInterrupt:
        terminal.say("\nStopped before it was ready.")
        return 130
    try:
        return serve(stack, terminal)
    finally:
        stack.stop()


def serve(stack: Stack, terminal: Terminal) -> int:
    """Until somebody says stop, or the cloud under it ends."""
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    table(terminal, stack)
    reloader = Reloader(stack, terminal.event)
    reloader.start()
    finishing = threading.Thread(target=finish, args=(stack, terminal, ended.is_set), name="seed", daemon=True)
    finishing.start()
    complaints = Complaints(stack)
    while not ended.wait(0.5):
        for complaint in complaints.new():
            terminal.event(complaint)
        if not stack.cloud.running:
            terminal.say(f"\nThe local cloud ended by itself; the end of {stack.cloud.log} says why.")
            return 1
    terminal.say("\nStopping; the state is kept.")
    reloader.stop()
    finishing.join(5)
    return 0


def finish(stack: Stack, terminal: Terminal, stopped: Callable[[], bool]) -> None:
    """Pictures come while people already look around. Without them the demo is plainer, and works."""
    try:
        finish_seeding(stack.cloud, stack.url, terminal.event, stopped)
    except (Problem, NoAnswer) as problem:
        if not stopped():
            terminal.event(f"The demo's pictures are not all there; the next start goes on: {problem}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
