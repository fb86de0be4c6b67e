"""Whole checkouts under faults: a short run of their world, and the planted bugs that are found soon."""

import pytest

from tests.chaos import campaign
from tests.chaos.campaign import Effort
from tests.chaos.trial import trial

NEED_THE_LONG_RUN = {
    "a payment not heard of is not called off",
    "late reservations are not refused",
    "late holds are not refused",
}
QUICK = Effort(seeds=60, every_point=0, stories=0, jobs=1)


def test_every_order_comes_to_its_end_and_nothing_is_left_over():
    tally = campaign.simulation("saga", range(120), jobs=1)
    assert tally.violations == []
    assert len(tally.histories) == tally.runs == 120


def test_the_same_seed_is_the_same_history():
    first, second = (campaign.simulation("saga", range(7, 10), jobs=1).histories for _ in range(2))
    assert first == second


@pytest.mark.parametrize("bug", sorted(trial("saga").bugs.keys() - NEED_THE_LONG_RUN))
def test_a_planted_bug_is_caught(bug):
    (score,) = campaign.score("saga", [bug], QUICK)
    assert score.caught
