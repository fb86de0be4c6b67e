"""The same rush on the deployed template on this machine: inventory's function, invoked as a workflow invokes it."""

import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.rush import ENVIRONMENT, STORE, Basket, shelve
from functions.inventory.model.names import ItemId
from kernel import aws, ids
from local.home import STAGE
from local.stack import Stack
from tests.chaos import stock_checks
from tests.chaos.memory_table import key_of, scan
from tests.chaos.processes import forget, memories

FUNCTION = f"metco-{STAGE}-inventory-steps"
SHARDS = (1, 4, 16)
AT_ONCE, CROWD = 16, 200


def run(units: int, orders: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home, Stack.start(Path(home)) as stack:
        shop = Shop(stack)
        print("\nOn the deployed template on this machine (compare ratios, not absolute figures)")
        last = shop.item("last one", 1, 1)
        done = shop.rush([[(last, 1)]] * CROWD, CROWD)
        print(f"  1 unit, {CROWD} at once: {done['reserved']} reserved, {done['out_of_stock']} refused")
        if done["reserved"] != 1:
            yield f"live: of one unit, {done['reserved']} were sold"
        for shards in SHARDS:
            yield from shop.shown(shards, units, orders)


class Shop:
    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        tables = stack.client("dynamodb").list_tables()["TableNames"]
        self.table = next(name for name in tables if "inventory" in name.lower())

    def shown(self, shards: int, units: int, orders: int) -> Iterator[str]:
        chance, item = random.Random(shards), self.item(f"{shards} shards", units, shards)
        began = time.perf_counter()
        done = self.rush([[(item, chance.randint(1, 3))] for _ in range(orders)], AT_ONCE)
        took = time.perf_counter() - began
        print(
            f"  {shards:>2} shards: {done['reserved']:,} reserved, {done['out_of_stock']:,} refused, "
            f"{orders / took:.0f} answers/s with {AT_ONCE} at once, {done['again']} asked again",
            flush=True,
        )
        rows = {key_of(row): row for row in scan(self._stack.client("dynamodb"), self.table)}
        left = stock_checks.promisable(item, stock_checks.partitions_of(rows))
        if left or done["units"] != units:
            yield f"live, {shards} shards: of {units}, {done['units']} were sold and {left} are left"

    def item(self, name: str, units: int, shards: int) -> ItemId:
        """On the shelf of the running table, put there by inventory's own code."""
        item = ItemId(STORE, ids.derived_id("var", name))
        with self._as_inventory():
            shelve(item, units, shards)
        return item

    def rush(self, baskets: Sequence[Basket], at_once: int) -> Counter[str]:
        done: Counter[str] = Counter()
        with ThreadPoolExecutor(at_once) as pool:
            for basket, answer, again in pool.map(self._reserve, baskets):
                done[str(answer.get("code", answer["outcome"]))] += 1
                done["units"] += sum(units for _, units in basket) if answer["outcome"] == "reserved" else 0
                done["again"] += again
        return done

    def _reserve(self, basket: Basket) -> tuple[Basket, dict[str, Any], int]:
        lines = [{"store_id": item.store_id, "variant_id": item.variant_id, "quantity": n} for item, n in basket]
        task = {"task": "reserve", "order_id": ids.new_id("ord"), "lines": lines}
        function = self._stack.client("lambda")
        for again in range(100):
            answer = function.invoke(FunctionName=FUNCTION, Payload=json.dumps(task))
            if "FunctionError" not in answer:
                return basket, json.load(answer["Payload"]), again
            time.sleep(random.uniform(0.1, 0.5))
        raise TimeoutError(f"{task} was never answered")

    @contextmanager
    def _as_inventory(self) -> Iterator[None]:
        remembered = memories("functions.inventory")
        with patch.dict("os.environ", ENVIRONMENT | {"TABLE": self.table}):
            aws.use("dynamodb", self._stack.client("dynamodb"))
            forget(remembered)
            try:
                yield
            finally:
                aws.use("dynamodb", None)
                forget(remembered)
