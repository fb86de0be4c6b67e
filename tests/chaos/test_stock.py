"""Stock under faults and rivals: a short run of its world, its planted bugs, and what the long runs once found."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest

from functions.inventory.rules import takings
from tests.chaos import campaign, stock_bugs
from tests.chaos.campaign import Effort
from tests.chaos.cloud import MemoryCloud
from tests.chaos.processes import Clock, captured_log, decided_by
from tests.chaos.stock_goods import STORE, Goods, a_variant
from tests.chaos.stock_people import Checkout, Seller
from tests.chaos.stock_world import SHELVES, StockWorld
from tests.chaos.trial import trial
from tests.chaos.wire import Wire, no_faults
from tests.chaos.world import Surroundings

ITEM = a_variant("0")


Scene = tuple[StockWorld, Wire, Clock]
Step = Callable[[StockWorld], object]


@contextmanager
def shop(opening: int, **terms: Any) -> Iterator[Scene]:
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
        world.stocked = True
        seller = Seller(world, world.goods, 0)
        try:
            seller.fill()
            world.plumbing.drain()
            yield world, wire, clock
        finally:
            world.close()


def at_every_call(act: Step, rival: Step, *, before: Step, opening: int, **terms: Any) -> Iterator[str]:
    """The rival comes just before each call of the act, in turn; what is wrong then, at the instant or at rest."""
    for number in range(1, 200):
        with shop(opening, **terms) as (world, wire, clock):
            before(world)
            world.plumbing.drain()
            calls, found = [0], list(world.always())

            def switch(clock=clock, calls=calls, number=number, world=world) -> None:
                clock.tick()
                calls[0] += 1
                if calls[0] == number:
                    rival(world)

            def check(call, found=found, world=world) -> None:
                if world.concerns(call):
                    found += world.always()

            wire.switch, wire.after_write = switch, check
            act(world)
            happened, wire.switch = calls[0] >= number, clock.tick
            world.plumbing.drain()
            world.later()
            world.sweep()
            world.plumbing.drain()
            found += world.at_rest("")
            if act is tell and any("StockLow" in one.detail_type for one in world.plumbing.published):
                found.append("told to be low, which it never was")
            yield from (f"before call {number}: {one}" for one in found)
        if not happened:
            assert number > 2
            return


def nothing(world: StockWorld) -> None:
    """For those who need no preparation."""


def receive(world: StockWorld) -> None:
    Seller(world, world.goods, 0).move(ITEM, kind="received", quantity=2)


def tell(world: StockWorld) -> None:
    """Something came, and is told of."""
    receive(world)
    world.plumbing.drain()


def carry_off(world: StockWorld) -> None:
    Seller(world, world.goods, 0).move(ITEM, kind="adjusted", quantity=-2, reason="damage")


def divide(world: StockWorld) -> None:
    world.heat(ITEM, world.goods.default)


def divided_long_ago(world: StockWorld) -> None:
    divide(world)
    world.later()


def gather(world: StockWorld) -> None:
    world.sweep()


def buy(units: int) -> Step:
    def reserve(world: StockWorld) -> None:
        order = world.order_of([(ITEM, units)])
        Checkout(world, "rival", order, ()).do("reserve")

    return reserve


def reserved_long_ago(world: StockWorld) -> None:
    buy(2)(world)
    world.later()


def hold_longer(world: StockWorld) -> None:
    for order in world.orders.values():
        Checkout(world, "rival", order, ()).do("extend")


def pay(world: StockWorld) -> None:
    for order in world.orders.values():
        Checkout(world, "rival", order, ()).do("commit")


def promise_less(world: StockWorld) -> None:
    terms = {"beyond": {"kind": "backorder", "limit": 1}}
    Seller(world, world.goods, 0).sold_as(ITEM, terms)


BEYOND = {"beyond": {"kind": "backorder", "limit": 4}}
RIVALS: dict[str, tuple[Step, Step, Step, int, dict[str, Any]]] = {
    "divided while it is counted": (tell, divide, nothing, 8, {"low_at": 6}),
    "gathered while it is counted": (tell, gather, divided_long_ago, 8, {"low_at": 6}),
    "gathered while somebody takes of it": (gather, buy(1), divided_long_ago, 2, {}),
    "gathered while something comes to it": (gather, receive, divided_long_ago, 8, {}),
    "divided twice at once": (divide, divide, nothing, 8, {}),
    "taken by two": (buy(3), buy(3), nothing, 4, {}),
    "taken while it is carried off": (carry_off, buy(2), nothing, 2, {}),
    "taken while less is to be promised": (promise_less, buy(5), nothing, 1, BEYOND),
    "held for longer while its time is over": (gather, hold_longer, reserved_long_ago, 4, {}),
    "paid while its time is over": (gather, pay, reserved_long_ago, 4, {}),
}


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_at_any_moment_does_no_harm(name):
    act, rival, before, opening, terms = RIVALS[name]
    assert list(at_every_call(act, rival, before=before, opening=opening, **terms)) == []


@pytest.mark.parametrize(
    ("bug", "name"),
    [
        ("read modify write", "taken by two"),
        ("missing condition", "taken by two"),
        ("promised goods carried away", "taken while it is carried off"),
        ("limit lowered below what is promised", "taken while less is to be promised"),
        ("divided without a condition", "divided twice at once"),
        ("gathered without a look", "gathered while something comes to it"),
        ("extended in vain", "held for longer while its time is over"),
        ("sold goods expire", "paid while its time is over"),
        ("counted while it moves", "gathered while it is counted"),
    ],
)
def test_a_planted_bug_is_caught_by_a_rival_at_the_right_moment(bug, name):
    act, rival, before, opening, terms = RIVALS[name]
    with stock_bugs.BUGS[bug]():
        assert list(at_every_call(act, rival, before=before, opening=opening, **terms))


def test_asked_again_the_first_answer_is_given_even_when_the_stock_lies_scattered_by_now():
    with shop(4) as (world, _, _):
        order = world.order_of([(ITEM, 2)])
        assert world.task(order.asked("reserve"))["outcome"] == "reserved"
        with patch.object(takings, "TAKINGS", 0):
            assert world.task(order.asked("reserve"))["outcome"] == "reserved"
            assert world.task(world.order_of([(ITEM, 1)]).asked("reserve"))["code"] == "basket_too_scattered"
        assert list(world.at_rest("")) == []


NEED_THE_LONG_RUN = {
    "counted while it moves",
    "extended in vain",
    "failed entries ignored",
    "gathered without a look",
    "limit lowered below what is promised",
    "older told after newer",
    "promised goods carried away",
    "crossing told again",
}
QUICK = Effort(seeds=100, every_point=0, stories=0, jobs=1)


def test_no_history_breaks_a_promise():
    tally = campaign.simulation("stock", range(150), jobs=1)
    assert [one for one in tally.violations if "never reached" not in one] == []
    assert len(tally.histories) == tally.runs == 150


@pytest.mark.parametrize("bug", sorted(trial("stock").bugs.keys() - NEED_THE_LONG_RUN))
def test_a_planted_bug_is_caught(bug):
    (score,) = campaign.score("stock", [bug], QUICK)
    assert score.caught
