"""Checkouts under faults: a part of all points, and each kind of what may become of a task that is handed over.

All of the points, and the planted bugs that they find: `python -m tests.chaos.checkout_points`.
"""

import pytest

from tests.chaos.checkout_bugs import BUGS
from tests.chaos.checkout_points import points, tally, told, tried, undisturbed
from tests.chaos.checkout_tales import TALES
from tests.chaos.checkout_wire import AGAIN_LATE, BROKEN_AFTER, BROKEN_BEFORE, DIES, OF_TASKS, TWICE
from tests.chaos.faults import CRASH_AFTER, CRASH_BEFORE
from tests.chaos.payments_points import Point
from tests.chaos.payments_wire import OnePoint

EVERY = 149
SOON_CAUGHT = {  # by which tale, with what at whose call
    "what is called off was not paid": ("the buyer leaves and had just paid", "nothing", ""),
    "what was refused stays refused": ("the coupon is used up", AGAIN_LATE, "baskets.reserve_promotions"),
    "what failed was not done": ("an order with everything", BROKEN_AFTER, "baskets.reserve_promotions"),
    "what cannot be booked is cancelled": ("an order with everything", BROKEN_BEFORE, "ledger.record_paid"),
    "begun is begun only once": ("credits pay it all", CRASH_AFTER, "StartExecution"),
    "a key for every try": ("an order with everything", CRASH_AFTER, "POST /v1/payment_intents"),
    "a number for every telling": ("credits pay it all", TWICE, "orders-consumers"),
    "a decision is forgotten before it is told": (
        "parked after the money and tried again",
        CRASH_BEFORE,
        "SendTaskSuccess",
    ),
    "what was never taken leaves no mark": ("the coupon is used up", AGAIN_LATE, "baskets.reserve_promotions"),
    "a coupon comes back with every release": ("the buyer leaves", TWICE, "baskets.release_promotions"),
}


def sampled(tale: str) -> list[Point]:
    """Every so-manieth, each tale beginning with another one."""
    _, plan = undisturbed(tale)
    return list(points(plan))[sorted(TALES).index(tale) :: EVERY]


@pytest.mark.parametrize("tale", TALES)
def test_whatever_goes_wrong_at_one_call_leaves_the_same(tale):
    chosen = sampled(tale)
    assert len(chosen) >= 2
    assert [seen for point in chosen for seen in tried(tale, *point)] == []


def handed_over(tale: str, what: str, kind: str, plan: OnePoint | None = None) -> Point:
    """The last time that this is called."""
    where = plan or undisturbed(tale)[1]
    return [point for point in points(where) if point[1] == kind and point[2].endswith(what)][-1]


@pytest.mark.parametrize("kind", [*OF_TASKS, BROKEN_BEFORE, BROKEN_AFTER])
@pytest.mark.parametrize("task", ["ledger.hold_credits", "ledger.record_paid", "inventory.commit"])
def test_whatever_becomes_of_a_task_the_order_is_right_or_gone(task, kind):
    tale = "an order with everything"
    assert tried(tale, *handed_over(tale, task, kind)) == []


def test_a_task_that_waits_is_asked_again_when_its_execution_is_redriven():
    tale = "the buyer leaves and had just paid"
    assert tried(tale, *handed_over(tale, "orders.await_payment", DIES)) == []


@pytest.mark.parametrize("bug", sorted(SOON_CAUGHT))
def test_a_planted_bug_is_caught(bug):
    tale, kind, what = SOON_CAUGHT[bug]
    undisturbed(tale)
    plan = OnePoint()
    with BUGS[bug]():
        told(tale, plan)  # with the bug there may be fewer calls, or more
        assert tried(tale, *(handed_over(tale, what, kind, plan) if what else (0, kind, what)))


def test_a_tale_is_told_in_forked_processes_as_it_is_alone():
    """And what is wrong there is heard of here."""
    tale, every = "the coupon is used up", 29
    undisturbed(tale)
    told_alone = [seen for point in list(points(undisturbed(tale)[1]))[::every] for seen in tried(tale, *point)]
    assert tally(tale, every).violations == told_alone == []
    assert tally(tale, every).points == len(range(0, len(list(points(undisturbed(tale)[1]))), every))
    with BUGS["what was refused stays refused"]():
        place = list(points(undisturbed(tale)[1])).index(handed_over(tale, "baskets.reserve_promotions", AGAIN_LATE))
        assert tally(tale, 10**6, place).violations
