from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from functions.inventory.model.items import MAX_SHARDS
from functions.inventory.rules import shards as rules
from tests.builders import inventory as a


@given(st.integers(0, 100_000), st.integers(1, MAX_SHARDS))
def test_dividing_moves_units_and_makes_none(left, count):
    born = rules.born_of(a.a_shard(left), count)
    assert sum(born) <= left
    assert len(born) + count <= MAX_SHARDS
    assert len(born) <= count
    assert all(units >= 1 for units in born), "an empty shard parts no rivals"


def test_a_contested_shard_shares_evenly_and_their_number_doubles():
    assert rules.born_of(a.a_shard(100), 1) == [50]
    assert rules.born_of(a.a_shard(100), 4) == [20, 20, 20, 20]
    assert len(rules.born_of(a.a_shard(100), 12)) == 4


def test_two_units_are_the_least_to_divide():
    assert (rules.born_of(a.a_shard(1), 1), rules.born_of(a.a_shard(2), 1)) == ([], [1])


@given(st.integers(0, 10_000), st.integers(1, MAX_SHARDS))
def test_what_comes_in_is_spread_evenly(quantity, count):
    shares = rules.evenly(quantity, count)
    assert (sum(shares), len(shares)) == (quantity, count)
    assert max(shares) - min(shares) <= 1


def test_what_was_divided_just_now_is_not_quiet():
    item = a.an_item(divided_at=a.NOON)
    assert not rules.quiet(item, a.NOON + rules.QUIET - timedelta(seconds=1))
    assert rules.quiet(item, a.NOON + rules.QUIET)
    assert rules.quiet(a.an_item(), a.NOON)
