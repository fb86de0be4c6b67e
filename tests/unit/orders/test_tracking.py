from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.orders.model.carriers import Scan
from functions.orders.rules import states
from functions.orders.rules.tracking import MOVES, Looks, next_look, tracked

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
STANDS = ("label", "under_way", "delivered", "lost", "back")

scans = st.lists(st.builds(lambda hours, stand: a_scan(stand, hours), st.integers(0, 50), st.sampled_from(STANDS)))


def a_scan(stand, hours: int = 0) -> Scan:
    return Scan(what=stand.upper(), stand=stand, at=NOON + timedelta(hours=hours))


@given(scans, st.randoms())
def test_the_order_in_which_it_is_told_does_not_matter_nor_how_often(told, random):
    shuffled = [*told, *told]
    random.shuffle(shuffled)
    assert tracked(shuffled) == tracked(told)


@given(scans)
def test_an_end_is_only_followed_by_another_end(told):
    ended = [one.stand for one in tracked(told).scans if one.stand not in ("label", "under_way")]
    found = tracked(told).stand
    assert found in ended if ended else found in ("label", "under_way")


@given(scans)
def test_what_is_told_later_never_takes_it_back_to_its_store(told):
    for many in range(len(told)):
        before, after = tracked(sorted(told, key=lambda one: one.at)[:many]), tracked(told)
        assert after.stand != "label" or before.stand == "label"


@pytest.mark.parametrize(
    ("told", "stand", "hours"),
    [
        ([], "label", None),
        ([("label", 0)], "label", None),
        ([("under_way", 1), ("under_way", 2)], "under_way", 1),
        ([("under_way", 1), ("delivered", 2), ("under_way", 3)], "delivered", 2),
        ([("back", 1), ("delivered", 2)], "back", 1),
        ([("delivered", 1), ("back", 2)], "back", 2),
        ([("lost", 1), ("delivered", 2)], "delivered", 2),
        ([("delivered", 2), ("lost", 1)], "delivered", 2),
    ],
)
def test_of_all_that_happened_the_last_that_counts_is_how_far_it_is(told, stand, hours):
    found = tracked(a_scan(*one) for one in told)
    assert (found.stand, found.at) == (stand, None if hours is None else NOON + timedelta(hours=hours))


@pytest.mark.parametrize("stand", STANDS)
@pytest.mark.parametrize("state", ["label", "sent", "under_way"])
def test_a_parcel_gets_from_wherever_it_is_to_where_its_carrier_has_it(stand, state):
    for move in MOVES[stand]:
        state = states.PARCEL.get((state, move), state)
    assert stand == "label" or state == stand


def test_it_is_looked_for_every_so_often_and_not_for_ever():
    looks = Looks(every_s=60, for_s=3600)
    assert next_look(NOON, NOON + timedelta(minutes=5), looks) == NOON + timedelta(minutes=6)
    assert next_look(NOON, NOON + timedelta(hours=1), looks) is None
