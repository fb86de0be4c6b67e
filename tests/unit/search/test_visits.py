from datetime import timedelta

from functions.search.rules import visits as rules
from tests.builders.discovery import NOON, a_product, views


def names(kept) -> list[str]:
    return [product for product, _ in kept]


def test_the_newest_comes_first_and_each_once():
    before = rules.viewed([], views("a", "b"))
    kept = rules.viewed(before, views("x", "x", "a", at=NOON + timedelta(minutes=1)))
    assert names(kept) == [a_product(name) for name in ("a", "x", "b")]


def test_what_is_told_late_or_twice_changes_nothing():
    told = views("a", "b", "c")
    kept = rules.viewed([], told)
    assert rules.viewed(kept, told) == kept == rules.viewed(rules.viewed([], told[2:]), told[:2])


def test_fifty_are_kept():
    many = views(*(f"p{number}" for number in range(60)))
    kept = rules.viewed([], many)
    assert (len(kept), kept[0], kept[-1]) == (rules.KEPT, many[-1], many[10])


def test_what_was_looked_at_before_the_list_was_cleared_stays_forgotten():
    told = views("a", "b", "c")
    assert names(rules.viewed([], told, since=told[1][1])) == [a_product("c")]
