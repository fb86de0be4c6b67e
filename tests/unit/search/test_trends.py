from datetime import timedelta

from functions.search.rules import trends as rules
from functions.search.rules.trends import Standing
from tests.builders.discovery import NOON

SLOT = rules.slot_of(NOON)


def test_a_product_counts_once_in_a_sending_for_each_thing_that_is_done_with_it():
    acts = [("product_viewed", "a")] * 40 + [("cart_added", "a"), ("cart_removed", "b"), ("store_viewed", "c")]
    assert rules.counts(acts) == {"a": 5}


def test_the_same_sending_always_falls_into_the_same_place():
    assert {rules.shard_of("evt_1") for _ in range(9)} == {rules.shard_of("evt_1")}
    assert {rules.shard_of(f"evt_{number}") for number in range(99)} == set(range(rules.SHARDS))


def test_what_was_counted_a_half_life_ago_weighs_half():
    old = rules.folded(Standing(), SLOT, {"a": 10})
    later = rules.folded(old, SLOT + int(rules.HALF_LIFE / rules.SLOT), {"b": 6})
    assert later.scores == {"a": 5 * rules.SCALE, "b": 6 * rules.SCALE}
    assert rules.ranked(later, []) == ["b", "a"]


def test_what_is_being_counted_is_in_the_list_already():
    standing = rules.folded(Standing(), SLOT, {"a": 10, "b": 9})
    assert rules.ranked(standing, [(SLOT + 1, {"b": 3})]) == ["b", "a"]


def test_what_nobody_looks_at_any_more_leaves():
    standing = rules.folded(Standing(), SLOT, {"a": 1})
    assert rules.folded(standing, SLOT + int(30 * rules.HALF_LIFE / rules.SLOT), {}).scores == {}


def test_only_so_many_keep_a_standing():
    many = {f"p{number}": number + 1 for number in range(rules.RANKED + 9)}
    kept = rules.folded(Standing(), SLOT, many).scores
    assert (len(kept), min(kept.values())) == (rules.RANKED, 10 * rules.SCALE)


def test_a_slot_is_open_until_nothing_of_it_can_come():
    assert rules.accepts(SLOT, rules.ends(SLOT) + rules.LATE - timedelta(seconds=1))
    assert not rules.accepts(SLOT, rules.ends(SLOT) + rules.LATE)


def test_every_slot_is_looked_at_until_it_is_folded():
    slots = rules.open_slots(Standing(SLOT - 5, {}), NOON)
    assert slots == list(range(SLOT - 4, SLOT + 1))
    assert rules.open_slots(Standing(), NOON) == [SLOT - 2, SLOT - 1, SLOT]


def test_after_a_long_night_only_the_last_hours_are_looked_at():
    slots = rules.open_slots(Standing(SLOT - 10_000, {}), NOON)
    assert len(slots) == rules.LOOKED_BACK / rules.SLOT + 1
