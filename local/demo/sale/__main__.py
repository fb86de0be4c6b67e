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
from local.demo.sale.books import Books, compare, statement, table
from local.demo.sale.checks import Checks
from local.demo.sale.reckoning import reckoned
from local.demo.sale.story import Sale
from local.home import HOME, Problem
from local.stack import Stack


def main() -> int:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--url", default=f"http://localhost:{os.environ.get('PORT') or 8000}")
    url = parser.parse_args().url.rstrip("/")
    try:
        with running(url) as at:
            return run(at)
    except Problem as problem:
        print(f"\n{problem}", flush=True)
        return 1


@contextmanager
def running(url: str) -> Iterator[str]:
    """The one that runs, or one that is started and stopped again: its state is that of `make dev`."""
    try:
        ask("GET", f"{url}/_clock")
    except NoAnswer:
        say(f"Nothing answers at {url}: one is started. (`make dev` keeps one running.)")
        with Stack(HOME) as stack:
            stack.up(seeded=True)
            yield stack.url
    else:
        yield url


def run(url: str) -> int:
    checks, figures = Checks(say), reckoned()
    sale, began = Sale(url, checks, figures), time.monotonic()
    for what, step in sale.steps():
        say(f"{time.monotonic() - began:5.1f} s  {what}")
        step()
    books = Books(sale)
    for name in sale.stores:
        say("\n".join((f"\n{name}'s statement", *statement(sale, name))))
    say("\nWhat it did to everybody. Cash is what Metco holds for them, so it stands on the other side:\n")
    say("\n".join(table(books.rows(), list(figures.parties))))
    compare(checks, books, figures)
    took = time.monotonic() - began
    say(f"\n{checks.right} figures are right, {len(checks.wrong)} are wrong. {took:.1f} s.")
    return 1 if checks.wrong else 0


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
