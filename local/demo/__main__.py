"""`make seed N=100000`: numbered goods by the file into the demo's stores of a running Metco, to see it at scale."""

import argparse
import time
from collections.abc import Iterator
from itertools import count, cycle, islice

from local.demo.goods import Good, Variety, goods_of
from local.demo.sheet import sheet
from local.demo.shelves import category_paths, import_file, imported
from local.demo.stores import DemoStore, demo_stores, mine
from local.seed import SELLER, shopping

ROWS = 10_000  # of one file


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("goods", type=int, help="how many")
    parser.add_argument("--url", default="http://localhost:8000")
    options = parser.parse_args()
    seller, started, done = shopping(options.url, SELLER), time.monotonic(), 0
    opened, categories = mine(seller), category_paths(seller)
    share, rest = divmod(options.goods, len(opened) or 1)
    for place, store in enumerate(one for one in demo_stores() if one.slug in opened):
        goods = islice(numbered(store), share + (place < rest))
        while batch := list(islice(goods, ROWS)):
            where = import_file(seller, opened[store.slug], sheet(store, batch, categories))
            imported(seller, where, within_s=len(batch) / 20 + 60)
            done += len(batch)
            spent_s = time.monotonic() - started
            print(f"{done:>9,} goods, {spent_s:6.1f} s, {done / spent_s:5.0f}/s  {store.slug}", flush=True)


def numbered(store: DemoStore) -> Iterator[Good]:
    """The store's goods over and over, each time under the next number; the same number is the same product again."""
    single = [good for good in goods_of(store) if not good.parts]
    for number, good in zip(count(1), cycle(single), strict=False):
        first = good.variants[0]
        yield Good(
            sku=f"{good.sku}-N{number}",
            titles={language: f"{title} № {number}" for language, title in good.titles.items()},
            description=good.description,
            category=good.category,
            kind=good.kind,
            style=good.style,
            minor=good.minor + number % 97 * 10,
            digital=good.digital,
            variants=(Variety(f"{good.sku}-N{number}", None, good.minor + number % 97 * 10, first.quantity),),
        )


if __name__ == "__main__":
    main()
