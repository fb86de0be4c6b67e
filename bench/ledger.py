"""`make bench-ledger`: many post at once and no update is lost; how that grows with shards; what a journal costs."""

import argparse
import sys
from collections.abc import Iterator

from bench import posting_cost
from bench.posting import Desk, Posted, orders_of
from functions.ledger.model import accounts as on
from tests.builders import ledger as a
from tests.chaos.virtual_time import Pace

SHARDS = (1, 4, 16)
WORKERS = 64
COLUMNS = ("journals", "per s", "tries", "conflicts", "throttled", "WU", "WU paid", "again")


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-ledger", description=__doc__)
    parser.add_argument("--orders", type=int, default=2_000, help="to be paid, each touching all of Metco's accounts")
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    wrong = [*platform(options), *hot_store(options), *posting_cost.shown()]
    print("\n" + ("\n".join(wrong) if wrong else "No update is lost: every balance is what its journals add up to."))
    return 1 if wrong else 0


def platform(options: argparse.Namespace) -> Iterator[str]:
    heading(f"{options.orders:,} orders of {options.orders:,} stores are paid by {options.workers} workers at once")
    for shards in SHARDS:
        with Desk(orders_of(options.orders, stores=options.orders), shards, options.seed).open() as desk:
            done = desk.pay_all(options.workers)
        yield from shown(f"{shards} shards", done, "recorded", options.orders)


def hot_store(options: argparse.Namespace) -> Iterator[str]:
    """What is available to a store is one row: all its releases meet there."""
    number = options.orders // 4
    heading(f"{number:,} sales of one store are released by {options.workers} workers at once")
    with Desk(orders_of(number, stores=1), SHARDS[-1], options.seed).open() as desk:
        yield from desk.pay_all(options.workers).wrong
        yield from shown(f"{SHARDS[-1]} shards", desk.release_all(options.workers), "released", number)
        books, _ = desk.books()
    there = books.at(on.available(a.an_id("sto", 0)), "USD")
    due = sum(one.sale.net.minor for one in books.sales.values())
    print(f"  the store has {there / 100:,.2f}, its {number:,} sales are worth {due / 100:,.2f}")
    if there != due:
        yield f"the store has {there}, and its sales are worth {due}"


def shown(name: str, done: Posted, outcome: str, number: int) -> Iterator[str]:
    figures = (
        f"{done.journals:,}",
        f"{done.per_s:.0f}",
        f"{done.each('tries'):.2f}",
        f"{done.each('conflicts'):.2f}",
        f"{done.each('throttled'):.2f}",
        f"{done.each('units committed'):.1f}",
        f"{done.each('write units'):.1f}",
        f"{done.again:,}",
    )
    print(f"  {name:<12}" + "".join(f"{one:>10}" for one in figures) + f"   {done.cpu_s:.1f} s CPU here", flush=True)
    yield from (f"{name}: {one}" for one in done.wrong)
    if done.outcomes != {outcome: number}:
        yield f"{name}: {dict(done.outcomes)}, and not {number} {outcome}"


def heading(what: str) -> None:
    pace = Pace()
    lasts = f"{pace.prepare[0] + pace.finish[0]:.0f}-{pace.prepare[1] + pace.finish[1]:.0f} ms"
    print(f"\n{what}; a transaction takes {lasts}, a read {pace.read[0]:.0f}-{pace.read[1]:.0f} ms.")
    print(
        "Per journal: tries, conflicts, refusals of a hot partition, write units of the try that succeeded, and of all"
    )
    print("tries (charged in full: the upper bound). again: tasks that a workflow had to ask for anew.")
    print(f"  {'':<12}" + "".join(f"{one:>10}" for one in COLUMNS))


if __name__ == "__main__":
    sys.exit(main())
