"""Two at the same money: one comes just before each call of the other, in turn, as chance seldom has it."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from functions.ledger.model.facts.credits import CreditsGranted
from tests.chaos import ledger_bugs
from tests.chaos.cloud import MemoryCloud
from tests.chaos.ledger_day import Day
from tests.chaos.ledger_world import SHELVES, LedgerWorld
from tests.chaos.plumbing import Stuck
from tests.chaos.processes import START, Clock, captured_log, decided_by
from tests.chaos.wire import Wire, no_faults
from tests.chaos.world import Surroundings

Scene = tuple[LedgerWorld, Day, Wire, Clock]
Step = Callable[[Day], object]


@contextmanager
def office() -> Iterator[Scene]:
    """Two orders of one buyer, who has credits for one of them; nothing goes wrong."""
    chance, wire = random.Random(5), Wire(no_faults)
    with captured_log(keep=False), decided_by(chance, lambda: None) as clock:

        def later() -> None:
            clock.at += timedelta(minutes=16)

        def cloud(plumbing) -> MemoryCloud:
            return MemoryCloud(wire, plumbing, SHELVES, chance)

        def pause() -> None:
            world.plumbing.pump()

        wire.switch = clock.tick
        world = LedgerWorld(Surroundings(cloud, chance, pause, later))
        world.steps()
        day = world._day
        assert day
        first, second = day.orders
        first.buyer = second.buyer
        credits_ = max(first.held, second.held)
        gift = CreditsGranted(at=START, grant_id="for-one", buyer_id=first.buyer, amount=credits_)
        day.owners.facts = [fact for fact in day.owners.facts if not isinstance(fact, CreditsGranted)] + [gift]
        try:
            day.owners.live()
            yield world, day, wire, clock
        finally:
            world.close()


def at_every_call(act: Step, rival: Step, before: Step) -> Iterator[str]:
    """What is wrong at the instant, or at rest."""
    for number in range(1, 200):
        with office() as (world, day, wire, clock):
            before(day)
            world.plumbing.drain()
            calls, found = [0], list(world.always())

            def switch(clock=clock, calls=calls, number=number, day=day) -> None:
                clock.tick()
                calls[0] += 1
                if calls[0] == number:
                    rival(day)

            def check(call, found=found, world=world) -> None:
                if world.concerns(call):
                    found += world.always()

            wire.switch, wire.after_write = switch, check
            try:
                act(day)
                happened, wire.switch = calls[0] >= number, clock.tick
                world.plumbing.drain()
                found += world.at_rest("")
            except Stuck as stuck:
                found, happened = [*found, f"nobody can handle {stuck}"], True
            yield from (f"before call {number}: {one}" for one in found)
        if not happened:
            assert number > 1
            return


def held(day: Day) -> None:
    assert day.checkouts[0].do("hold_credits") == "held"


def held_long_ago(day: Day) -> None:
    held(day)
    day.office.later()


def paid(day: Day) -> None:
    held(day)
    pay(day)


def released(day: Day) -> None:
    paid(day)
    release(day)


def nothing(day: Day) -> None:
    """For those who need no preparation."""


def hold_first(day: Day) -> None:
    day.checkouts[0].do("hold_credits")


def hold_second(day: Day) -> None:
    day.checkouts[1].do("hold_credits")


def capture(day: Day) -> None:
    day.checkouts[0].do("capture")


def pay(day: Day) -> None:
    day.checkouts[0].do("record_paid")


def void(day: Day) -> None:
    day.checkouts[0].do("void")


def sweep(day: Day) -> None:
    """And orders' answer arrives."""
    day.office.sweep()
    day.office.plumbing.drain()


def release(day: Day) -> None:
    for part in day.orders[0].parts:
        day.settlements[0].of_sale("release_funds", part.seller_order_id)


def freeze(day: Day) -> None:
    for part in day.orders[0].parts:
        day.settlements[0].of_sale("freeze", part.seller_order_id, cause="dsp_1")


def give_back(day: Day) -> None:
    day.settlements[0].give_all_back()


def give_some_back(day: Day) -> None:
    """So little that there is enough for two who do."""
    step = day.office.prices.step
    for part in day.orders[0].parts:
        left = day.office.left_of(part.seller_order_id)
        some = {line: day.office.prices.money(amount.minor // (3 * step) * step) for line, amount in left.items()}
        if lines := {line: amount for line, amount in some.items() if amount}:
            day.settlements[0].refunded(part.seller_order_id, lines)


def dispute(day: Day) -> None:
    day.settlements[0].dispute()


def withdraw(day: Day) -> None:
    for seller in day.sellers:
        seller.withdraw()


RIVALS: dict[str, tuple[Step, Step, Step]] = {
    "captured while it expires": (sweep, capture, held_long_ago),
    "paid while it expires": (sweep, pay, held_long_ago),
    "voided while it expires": (sweep, void, held_long_ago),
    "voided while it is paid": (pay, void, held),
    "paid while it is voided": (void, pay, held),
    "held by two orders": (hold_first, hold_second, nothing),
    "frozen while it is released": (release, freeze, paid),
    "released while it is given back": (give_back, release, paid),
    "given back by two": (give_back, give_back, paid),
    "given back in part by two": (give_some_back, give_some_back, paid),
    "withdrawn while it is given back": (give_back, withdraw, released),
    "charged back while it is given back": (give_back, dispute, released),
    "given back while it is charged back": (dispute, give_back, paid),
}


@pytest.mark.parametrize("name", RIVALS)
def test_a_rival_at_any_moment_takes_no_cent(name):
    act, rival, before = RIVALS[name]
    assert list(at_every_call(act, rival, before)) == []


@pytest.mark.parametrize(
    ("bug", "name"),
    [
        ("paid credits expire", "captured while it expires"),
        ("given back twice", "voided while it expires"),
        ("captured and given back", "paid while it is voided"),
        ("missing floor", "held by two orders"),
        ("read modify write", "held by two orders"),
        ("two refunds at once", "given back in part by two"),
        ("released although frozen", "frozen while it is released"),
    ],
)
def test_a_planted_bug_is_caught_by_a_rival_at_the_right_moment(bug, name):
    act, rival, before = RIVALS[name]
    with ledger_bugs.BUGS[bug]():
        assert list(at_every_call(act, rival, before))
