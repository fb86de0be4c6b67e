"""Checkouts under faults: a part of all points, and each kind of what may become of a task that is handed over.

All of the points, and the planted bugs that they find: `python -m tests.chaos.checkout_points`.
"""

import pytest

from tests.chaos.checkout_bugs import BUGS
from tests.chaos.checkout_points import CHECKOUTS
from tests.chaos.checkout_tales import TALES
from tests.chaos.checkout_wire import AGAIN_LATE, BROKEN_AFTER, BROKEN_BEFORE, DIES, OF_TASKS, TWICE
from tests.chaos.faults import CRASH_AFTER, CRASH_BEFORE
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


@pytest.mark.parametrize("tale", TALES)
def test_whatever_goes_wrong_at_one_call_leaves_the_same(tale):
    chosen = CHECKOUTS.sampled(tale, EVERY)
    assert len(chosen) >= 2
    assert [seen for point in chosen for seen in CHECKOUTS.tried(tale, *point)] == []


@pytest.mark.parametrize("kind", [*OF_TASKS, BROKEN_BEFORE, BROKEN_AFTER])
@pytest.mark.parametrize("task", ["ledger.hold_credits", "ledger.record_paid", "inventory.commit"])
def test_whatever_becomes_of_a_task_the_order_is_right_or_gone(task, kind):
    tale = "an order with everything"
    assert CHECKOUTS.tried(tale, *CHECKOUTS.handed_over(tale, task, kind)) == []


def test_a_task_that_waits_is_asked_again_when_its_execution_is_redriven():
    tale = "the buyer leaves and had just paid"
    assert CHECKOUTS.tried(tale, *CHECKOUTS.handed_over(tale, "orders.await_payment", DIES)) == []


@pytest.mark.parametrize("bug", sorted(SOON_CAUGHT))
def test_a_planted_bug_is_caught(bug):
    tale, kind, what = SOON_CAUGHT[bug]
    CHECKOUTS.undisturbed(tale)
    plan = OnePoint()
    with BUGS[bug]():
        CHECKOUTS.told(tale, plan)  # with the bug there may be fewer calls, or more
        assert CHECKOUTS.tried(tale, *(CHECKOUTS.handed_over(tale, what, kind, plan) if what else (0, kind, what)))


def test_a_tale_is_told_in_forked_processes_as_it_is_alone():
    """And what is wrong there is heard of here."""
    tale, every = "the coupon is used up", 29
    CHECKOUTS.undisturbed(tale)
    told_alone = [
        seen
        for point in CHECKOUTS.points(CHECKOUTS.undisturbed(tale)[1])[::every]
        for seen in CHECKOUTS.tried(tale, *point)
    ]
    assert CHECKOUTS.tally(tale, every).violations == told_alone == []
    assert CHECKOUTS.tally(tale, every).points == len(
        range(0, len(CHECKOUTS.points(CHECKOUTS.undisturbed(tale)[1])), every)
    )
    with BUGS["what was refused stays refused"]():
        place = CHECKOUTS.points(CHECKOUTS.undisturbed(tale)[1]).index(
            CHECKOUTS.handed_over(tale, "baskets.reserve_promotions", AGAIN_LATE)
        )
        assert CHECKOUTS.tally(tale, 10**6, place).violations
