"""`make bench-ledger`: many post at once and no update is lost; how that grows with shards; what a journal costs."""

import argparse
import sys
from collections.abc import Iterator

from bench import crowd, posting_cost
from bench.crowd import Crowd
from bench.posting import Desk, orders_of
from functions.ledger.model import accounts as on
from tests.builders import ledger as a

SHARDS = (1, 4, 16)
WORKERS = 64
WIDTH = 12


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
    crowd.heading(
        f"{options.orders:,} orders of {options.orders:,} stores are paid by {options.workers} workers at once",
        "journal",
        ["journals"],
        WIDTH,
    )
    for shards in SHARDS:
        with Desk(orders_of(options.orders, stores=options.orders), shards, options.seed).open() as desk:
            done = desk.pay_all(options.workers)
        yield from shown(f"{shards} shards", done, "recorded", options.orders)


def hot_store(options: argparse.Namespace) -> Iterator[str]:
    """What is available to a store is one row: all its releases meet there."""
    number = options.orders // 4
    crowd.heading(
        f"{number:,} sales of one store are released by {options.workers} workers at once",
        "journal",
        ["journals"],
        WIDTH,
    )
    with Desk(orders_of(number, stores=1), SHARDS[-1], options.seed).open() as desk:
        yield from desk.pay_all(options.workers).wrong
        yield from shown(f"{SHARDS[-1]} shards", desk.release_all(options.workers), "released", number)
        books, _ = desk.books()
    there = books.at(on.available(a.an_id("sto", 0)), "USD")
    due = sum(one.sale.net.minor for one in books.sales.values())
    print(f"  the store has {there / 100:,.2f}, its {number:,} sales are worth {due / 100:,.2f}")
    if there != due:
        yield f"the store has {there}, and its sales are worth {due}"


def shown(name: str, done: Crowd, outcome: str, number: int) -> Iterator[str]:
    yield from crowd.shown(name, done, [done.number], WIDTH)
    if done.outcomes != {outcome: number}:
        yield f"{name}: {dict(done.outcomes)}, and not {number} {outcome}"


if __name__ == "__main__":
    sys.exit(main())
