"""Stock under faults and rivals: a short run of its world, its planted bugs, and what the long runs once found."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import pytest

from tests.chaos import stock_checks
from tests.chaos.cloud import MemoryCloud
from tests.chaos.processes import Clock, captured_log, decided_by
from tests.chaos.stock_people import Goods, Seller
from tests.chaos.stock_world import SHELVES, STORE, TABLE, StockWorld, a_variant
from tests.chaos.wire import Wire, no_faults
from tests.chaos.world import Surroundings

ITEM = a_variant("0")


@contextmanager
def shop(opening: int, **terms: int) -> Iterator[tuple[StockWorld, Wire, Clock]]:
    """The store with one thing on its shelf, and nothing that goes wrong."""
    chance, wire = random.Random(0), Wire(no_faults)
    with captured_log(keep=False), decided_by(chance, lambda: None) as clock:

        def later() -> None:
            clock.at += timedelta(minutes=16)

        def cloud(plumbing) -> MemoryCloud:
            return MemoryCloud(wire, plumbing, SHELVES, chance)

        wire.switch = clock.tick
        world = StockWorld(Surroundings(cloud, chance, lambda: None, later))
        world.goods = Goods(STORE, {ITEM: opening}, {ITEM: terms} if terms else {}, {})
        seller = Seller(world, world.goods, 0)
        try:
            seller.fill()
            world.plumbing.drain()
            yield world, wire, clock
        finally:
            world.close()


def at_call(wire: Wire, clock: Clock, number: int, act: Callable[[], object]) -> Callable[[], bool]:
    """Something happens just before the call of this number, once. Tells whether it has."""
    calls = [0]

    def switch() -> None:
        clock.tick()
        calls[0] += 1
        if calls[0] == number:
            act()

    wire.switch = switch
    return lambda: calls[0] >= number


@pytest.mark.parametrize("rival", ["divided", "gathered"])
def test_what_is_told_is_right_however_the_stock_is_divided_while_it_is_counted(rival):
    """Units that pass from shard to shard while these are read one after the other are neither missed nor met twice."""
    for number in range(1, 100):
        with shop(8, low_at=5) as (world, wire, clock):
            if rival == "gathered":
                world.heat(ITEM, world.goods.default)
                world.later()
            Seller(world, world.goods, 0).move(ITEM, kind="received", quantity=1)
            act = world.sweep if rival == "gathered" else partial(world.heat, ITEM, world.goods.default)
            came = at_call(wire, clock, number, act)
            world.plumbing.drain()
            happened = came()
            wire.switch = clock.tick
            world.later()
            world.sweep()
            world.plumbing.drain()
            rows = stock_checks.partitions_of(world.cloud.rows(TABLE))
            assert list(stock_checks.a_level(ITEM, rows)) == [], f"at call {number}"
            assert "StockLow.v1" not in [event.detail_type for event in world.plumbing.published], f"at call {number}"
        if not happened:
            break
    assert number > 4
