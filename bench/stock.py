"""`make bench-stock`: exactly what there is gets sold, however many come; and how sales grow with the shards."""

import argparse
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import functions.inventory.rules.shards
from bench import crowd
from bench.rush import Basket, Rush, Sale, an_item
from functions.inventory.model.names import ItemId

SHARDS = (1, 4, 16)
LAMBDAS = 200  # checkouts at work at once
COLUMNS, WIDTH = ("reserved", "units", "refused"), 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-stock", description=__doc__)
    parser.add_argument("--units", type=int, default=1_000, help="of the one thing that everybody wants")
    parser.add_argument("--orders", type=int, default=5_000, help="for 1 to 3 of it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--live", action="store_true", help="on the running template on this machine as well")
    options = parser.parse_args()
    wrong = [*last_one(options.seed), *rush(options), *baskets(options.seed)]
    if options.live:
        from bench import stock_live  # only here: nothing else needs the laptop's code

        wrong += stock_live.run(options.units, options.orders)
    print("\n" + ("\n".join(wrong) if wrong else "Exactly what there was is sold, and nothing is stuck or in part."))
    return 1 if wrong else 0


def last_one(seed: int) -> Iterator[str]:
    done = Sale(seed).run({an_item(0): 1}, 1, [[(an_item(0), 1)]] * LAMBDAS, LAMBDAS)
    print(f"1 unit, {LAMBDAS} at once: {len(done.reserved)} reserved, {done.outcomes['out_of_stock']} refused")
    yield from done.wrong
    if len(done.reserved) != 1:
        yield f"of one unit, {len(done.reserved)} were sold"


def rush(options: argparse.Namespace) -> Iterator[str]:
    crowd.heading(
        f"{options.units:,} units, {options.orders:,} orders of 1-3, {LAMBDAS} checkouts at once",
        "reservation",
        COLUMNS,
        WIDTH,
    )
    chance = random.Random(options.seed)
    wanted: list[Basket] = [[(an_item(0), chance.randint(1, 3))] for _ in range(options.orders)]
    stock = {an_item(0): options.units}
    for shards in SHARDS:
        with undivided():
            yield from shown(f"{shards} shards", Sale(options.seed).run(stock, shards, wanted, LAMBDAS), stock)
    yield from shown("1, divides itself", Sale(options.seed).run(stock, 1, wanted, LAMBDAS), stock)
    with undivided():
        sale = Sale(options.seed, split_for_heat=True)
        yield from shown("16, split for heat", sale.run(stock, 16, wanted, LAMBDAS), stock)


def baskets(seed: int) -> Iterator[str]:
    crowd.heading(
        "Baskets of 1-20 of the same 20 things, 100 of each, 32 checkouts at once", "reservation", COLUMNS, WIDTH
    )
    chance, things = random.Random(seed), [an_item(number) for number in range(20)]
    wanted = [[(one, 1) for one in chance.sample(things, chance.randint(1, 20))] for _ in range(400)]
    stock = dict.fromkeys(things, 100)
    for shards in (1, 4):
        with undivided():
            yield from shown(f"{shards} shards", Sale(seed).run(stock, shards, wanted, 32), stock, sold_out=False)
    yield from shown("1, divides itself", Sale(seed).run(stock, 1, wanted, 32), stock, sold_out=False)


def shown(name: str, done: Rush, stock: dict[ItemId, int], *, sold_out: bool = True) -> Iterator[str]:
    units = sum(done.units.values())
    numbers = (len(done.reserved), units, done.outcomes["out_of_stock"])
    yield from crowd.shown(name, done, numbers, WIDTH)
    if sold_out and units != sum(stock.values()):
        yield f"{name}: {units} of {sum(stock.values())} were sold, though more were wanted"
    if set(done.outcomes) - {"reserved", "out_of_stock"}:
        yield f"{name}: {dict(done.outcomes)}"


@contextmanager
def undivided() -> Iterator[None]:
    """With as many shards as the seller said, so that their effect is seen."""
    with patch.object(functions.inventory.rules.shards, "CONTESTED", sys.maxsize):
        yield


if __name__ == "__main__":
    sys.exit(main())
