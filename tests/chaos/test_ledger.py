"""The ledger under faults: a short run of its world, and the planted bugs that are found soon."""

import pytest

from bench.posting import Desk, orders_of
from tests.chaos import campaign, ledger_bugs
from tests.chaos.campaign import Effort
from tests.chaos.trial import trial

NEED_THE_LONG_RUN = {"charge step forgotten", "floats"}
QUICK = Effort(seeds=120, every_point=0, stories=0, jobs=1)


def test_no_history_loses_a_cent():
    tally = campaign.simulation("ledger", range(120), jobs=1)
    assert [one for one in tally.violations if "never reached" not in one] == []
    assert len(tally.histories) == tally.runs == 120


def test_no_crash_point_loses_a_cent():
    assert campaign.crash_points("ledger", jobs=1, every=499).violations == []


def test_no_story_loses_a_cent():
    assert campaign.stories("ledger", 20).violations == []


@pytest.mark.parametrize("bug", sorted(trial("ledger").bugs.keys() - NEED_THE_LONG_RUN))
def test_a_planted_bug_is_caught(bug):
    (score,) = campaign.score("ledger", [bug], QUICK)
    assert score.caught


def test_of_many_who_post_at_once_nobody_loses_an_update():
    conflicts = {}
    for shards in (1, 16):
        with Desk(orders_of(64, stores=3), shards).open() as desk:
            paid, released = desk.pay_all(32), desk.release_all(32)
        assert (paid.wrong, released.wrong) == ([], [])
        assert (paid.outcomes, released.outcomes) == ({"recorded": 64}, {"released": 64})
        conflicts[shards] = paid.each("conflicts")
    assert conflicts[16] < conflicts[1]


def test_an_update_that_is_lost_is_found():
    with ledger_bugs.BUGS["read modify write"](), Desk(orders_of(64, stores=3), 1).open() as desk:
        assert any("journals add up to" in one for one in desk.pay_all(32).wrong)
