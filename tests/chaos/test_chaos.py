"""A short `make chaos`: every layer that needs no running cloud, and the planted bugs that are found soon."""

import random
from functools import partial

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.chaos import campaign, faults
from tests.chaos.campaign import Effort
from tests.chaos.faults import Call, Crash
from tests.chaos.identity_world import SHELVES, IdentityWorld
from tests.chaos.scheduler import NotLive, Scheduler
from tests.chaos.simulation import simulate
from tests.chaos.trial import trial
from tests.chaos.wire import PointPlan, RandomPlan, Wire, partially

NEED_THE_LONG_RUN = {"order assumed", "acknowledged before the effect", "effect before dedupe"}
QUICK = Effort(seeds=120, every_point=0, stories=0, jobs=1)


def test_no_history_breaks_a_promise():
    tally = campaign.simulation("identity", range(200), jobs=1)
    assert tally.violations == []
    assert len(tally.histories) == tally.runs == 200


def test_no_crash_point_loses_or_repeats_anything():
    assert campaign.crash_points("identity", jobs=1, every=9, walks=[0]).violations == []


def test_no_story_breaks_a_promise():
    assert campaign.stories("identity", 30).violations == []


@pytest.mark.parametrize("bug", sorted(trial("identity").bugs.keys() - NEED_THE_LONG_RUN))
def test_a_planted_bug_is_caught(bug):
    (score,) = campaign.score("identity", [bug], QUICK)
    assert score.caught


def test_a_seed_is_a_history():
    first, again, other = (simulate(IdentityWorld, SHELVES, seed) for seed in (7, 7, 8))
    assert first == again
    assert first.history != other.history


# --- the engine


def test_everybody_comes_to_an_end_or_the_run_says_who_does_not():
    scheduler = Scheduler(random.Random(0))

    def waits_for_ever() -> None:
        while True:
            scheduler.rest()

    scheduler.spawn("Godot", waits_for_ever)
    with pytest.raises(NotLive, match="Godot"):
        scheduler.run({}, 10)
    scheduler.abandon()


def test_an_actor_finds_its_process_as_it_left_it():
    process = type("Process", (), {"event": ""})()
    scheduler, seen = Scheduler(random.Random(1)), []
    scheduler.per_process = [(process, "event")]

    def handle(event: str) -> None:
        process.event = event
        for _ in range(5):
            scheduler.switch()
            seen.append(process.event == event)

    for event in ("a", "b", "c"):
        scheduler.spawn(event, partial(handle, event))
    scheduler.run({}, 100)
    assert seen == [True] * 15


@pytest.mark.parametrize(
    ("kind", "effects", "outcome"),
    [
        (faults.CRASH_BEFORE, 0, Crash),
        (faults.CRASH_AFTER, 1, Crash),
        (faults.SILENT, 1, ReadTimeoutError),
        (faults.THROTTLE, 0, faults.error_class("ThrottlingException")),
        (faults.CONFLICT, 0, faults.error_class("TransactionCanceledException")),
        (faults.LOST, 2, None),
        (faults.DUPLICATE, 2, None),
    ],
)
def test_a_fault_has_its_effect_and_its_outcome(kind, effects, outcome):
    done: list[int] = []
    wire = Wire(PointPlan(1, kind))
    call = Call("dynamodb", "TransactWriteItems", {"TransactItems": [{}, {}]})

    def do(parameters) -> dict[str, int]:
        done.append(1)
        return {}

    if outcome:
        with pytest.raises(outcome):
            wire(call, do)
    else:
        wire(call, do)
    assert len(done) == effects


def test_a_late_duplicate_finds_the_token_forgotten():
    wire, forgotten = Wire(PointPlan(1, faults.LATE)), []
    wire.forget_tokens = lambda: forgotten.append(True)
    wire(Call("dynamodb", "TransactWriteItems", {}), lambda _: {})
    assert forgotten == [True]


def test_a_part_of_a_batch_is_left_undone():
    asked = Call("events", "PutEvents", {"Entries": [{"Detail": "1"}, {"Detail": "2"}]})
    answer = partially(asked, lambda parameters: {"Entries": [{"EventId": e["Detail"]} for e in parameters["Entries"]]})
    assert answer["FailedEntryCount"] == 1
    assert [entry.get("EventId") for entry in answer["Entries"]] == [None, "2"]


def test_random_faults_come_at_least_once_and_end_when_calmed():
    plan, call = RandomPlan(random.Random(0), rate=0.0), Call("dynamodb", "GetItem", {})
    assert any(plan(call) for _ in range(30))
    plan = RandomPlan(random.Random(0), rate=1.0)
    plan.calm()
    assert not any(plan(call) for _ in range(100))
