"""What follows a purchase, under faults: a part of all points, and what becomes of tasks that move money or goods.

All of the points, and the planted bugs that they find: `python -m tests.chaos.fulfilment_points`.
"""

import pytest

from tests.chaos.checkout_wire import BROKEN_AFTER, BROKEN_BEFORE, DIES, OF_TASKS
from tests.chaos.faults import CRASH_AFTER
from tests.chaos.fulfilment_bugs import BUGS
from tests.chaos.fulfilment_points import FULFILMENTS
from tests.chaos.fulfilment_tales import TALES
from tests.chaos.payments_wire import OnePoint

EVERY = 149
TASKS = {
    "ledger.release_funds": "all of it is sent and comes",
    "ledger.refund": "something comes back",
    "ledger.freeze": "something comes back",
    "payments.refund": "the buyer changes their mind",
    "payments.reverse_transfers": "money goes back that the store has",
    "inventory.take_back": "a line is cancelled",
    "inventory.commit": "something is exchanged",
}
SOON_CAUGHT = {  # by which tale, with what at whose call
    "what cannot be sent was sent": ("a line is cancelled", BROKEN_BEFORE, "payments.refund"),
    "what cannot be frozen is opened": ("a return is refused", BROKEN_BEFORE, "ledger.freeze"),
    "what is begun is left alone": ("a line is cancelled", DIES, "ledger.refund"),
    "what is decided is not heard of": ("a bank asks for the money and does not get it", "nothing", ""),
    "whoever asks for a label asks for the first time": ("a carrier brings it", CRASH_AFTER, "/ship/v1/shipments"),
    "a key for every try": ("a line is cancelled", CRASH_AFTER, "POST /v1/refunds"),
}


@pytest.mark.parametrize("tale", TALES)
def test_whatever_goes_wrong_at_one_call_leaves_the_same(tale):
    chosen = FULFILMENTS.sampled(tale, EVERY)
    assert len(chosen) >= 1
    assert [seen for point in chosen for seen in FULFILMENTS.tried(tale, *point)] == []


@pytest.mark.parametrize("kind", [*OF_TASKS, BROKEN_BEFORE, BROKEN_AFTER])
@pytest.mark.parametrize("task", TASKS)
def test_whatever_becomes_of_a_task_it_is_done_once(task, kind):
    tale = TASKS[task]
    assert FULFILMENTS.tried(tale, *FULFILMENTS.handed_over(tale, task, kind)) == []


@pytest.mark.parametrize("bug", sorted(BUGS))
def test_a_planted_bug_is_caught(bug):
    tale, kind, what = SOON_CAUGHT[bug]
    FULFILMENTS.undisturbed(tale)
    plan = OnePoint()
    with BUGS[bug]():
        FULFILMENTS.told(tale, plan)  # with the bug there may be fewer calls, or more
        assert FULFILMENTS.tried(tale, *(FULFILMENTS.handed_over(tale, what, kind, plan) if what else (0, kind, what)))


def test_a_tale_is_told_in_forked_processes_as_it_is_alone():
    tale, every = "a part of the price goes back", 97
    told_alone = [
        seen
        for point in FULFILMENTS.points(FULFILMENTS.undisturbed(tale)[1])[::every]
        for seen in FULFILMENTS.tried(tale, *point)
    ]
    found = FULFILMENTS.tally(tale, every)
    assert found.violations == told_alone == []
    assert found.points == len(FULFILMENTS.points(FULFILMENTS.undisturbed(tale)[1])[::every])
