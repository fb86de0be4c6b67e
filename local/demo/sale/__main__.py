"""`make demo`: a whole sale on http://localhost:8000, where `make dev` runs, or on a Metco of its own for as long as it
takes. It ends with 0 only if every figure is what `reckoning` says.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from local.ask import NoAnswer, ask
from local.demo.sale.books import closed, compare, statement, table
from local.demo.sale.checks import Checks
from local.demo.sale.reckoning import reckoned
from local.demo.sale.story import Sale
from local.home import HOME, Problem
from local.seed import PASSWORD
from local.stack import Stack
from local.terminal import Terminal


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--url", default=f"http://localhost:{os.environ.get('PORT') or 8000}")
    url = parser.parse_args().url.rstrip("/")
    try:
        with running(url) as (at, stays):
            return run(at, stays=stays)
    except Problem as problem:
        print(f"\n{problem}", flush=True)
        return 1


@contextmanager
def running(url: str) -> Iterator[tuple[str, bool]]:
    """The one that runs and stays, or one that is started and stopped again: its state is that of `make dev`."""
    try:
        ask("GET", f"{url}/_clock")
    except NoAnswer:
        say(f"Nothing answers at {url}: one is started. (`make dev` keeps one running.)")
        terminal = Terminal()
        with Stack(HOME, tell=terminal.progress) as stack:
            stack.up(seeded=True)
            terminal.say(f"Metco runs. Ready in {terminal.took_s:.1f} s.\n")
            yield stack.url, False
    else:
        yield url, True


def run(url: str, *, stays: bool = True) -> int:
    checks, figures = Checks(say), reckoned()
    sale, began = Sale(url, checks, figures, lambda text: say(f"         {text}")), time.monotonic()
    for what, step in sale.steps():
        say(f"{time.monotonic() - began:5.1f} s  {what}")
        step()
    say(f"{time.monotonic() - began:5.1f} s  Who has what, read from the books, in EUR")
    books = closed(sale, figures)
    for name, lines in books.statements.items():
        say("\n".join(("", *statement(name, lines))))
    say("\nWhat it did to everybody. Cash is what Metco holds for them, so it stands on the other side.\n")
    say("\n".join(table(books.rows(), list(figures.parties))))
    compare(checks, books, figures)
    took = f"{time.monotonic() - began:.1f} s"
    right, all_ = checks.right, checks.right + len(checks.wrong)
    say(
        f"\nAll {all_} figures are right. {took}."
        if right == all_
        else f"\n{right} of {all_} figures are right. {took}."
    )
    if stays:
        say(f"Look at it: {url}/shop/orders as {sale.buyer.email}, {url}/shop/selling as")
        say(f"{', '.join(store.owner.email for store in sale.stores.values())}: their password is {PASSWORD}.")
    return 1 if checks.wrong else 0


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
