"""Whatever order events come in, however often, wherever a process dies: the index holds what the market left."""

import random

import pytest

from tests.chaos import search_trial as trial
from tests.chaos.campaign import Effort
from tests.chaos.search_world import a_market, search_world, wrong
from tests.chaos.wire import RandomPlan, Wire, no_faults

SEEDS, RACES, CROWDS = 1_000, 200, 200  # `make chaos` takes ten thousand
QUICK = Effort(seeds=150, every_point=0, stories=0, jobs=1)
# Found by a fault at one call, which `make chaos` makes at all of them.
BY_POINTS = {"written once or never"}


def test_events_shuffled_and_twice_leave_the_right_documents():
    for seed in range(SEEDS):
        assert trial.shuffled(seed) == [], seed


@pytest.mark.parametrize("rebuilt", [False, True])
def test_consumers_at_once_leave_the_right_documents(rebuilt):
    for seed in range(RACES):
        assert trial.raced(seed, rebuilt=rebuilt) == [], seed


def test_a_crowd_told_of_at_once_and_cut_off_counts_once():
    for seed in range(CROWDS):
        assert trial.crowded(seed) == [], seed


def test_a_fault_at_any_call_of_consumers_and_of_a_rebuild_leaves_the_same_documents():
    tally = trial.points()
    assert tally.faults > 150  # points at which something is tried
    assert tally.violations == []


@pytest.mark.parametrize("bug", sorted(trial.BUGS.keys() - BY_POINTS))
def test_a_planted_bug_is_caught(bug):
    (score,) = trial.score([bug], QUICK)
    assert score.caught


def test_random_faults_on_the_way_leave_the_right_documents(monkeypatch):
    for seed in range(300):
        chance = random.Random(seed)
        plan = RandomPlan(chance, 0.05)
        with monkeypatch.context() as patch, search_world(Wire(no_faults), chance, patch) as world:
            world.wire.plan = lambda call, plan=plan: None if call.service == "index" else plan(call)
            market = a_market(chance)
            world.drain(list(market.news))
            plan.calm()
            world.drain(world.own())
            assert wrong(world, market) == [], seed
