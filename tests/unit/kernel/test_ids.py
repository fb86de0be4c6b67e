import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import clock, ids

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def test_an_id_says_what_it_is_the_id_of():
    assert re.fullmatch(ids.pattern("usr"), ids.new_id("usr"))
    assert not re.match(ids.pattern("usr"), ids.new_id("str"))


def test_ids_sort_by_the_millisecond_they_were_made_in():
    with clock.frozen(NOW) as advance:
        made = []
        for _ in range(50):
            made.append(ids.new_id("evt"))
            advance(timedelta(milliseconds=1))
    assert made == sorted(made)


def test_ids_of_one_instant_differ():
    with clock.frozen(NOW):
        assert len({ids.new_id("evt") for _ in range(1000)}) == 1000


def test_ids_hold_for_a_long_time():
    with clock.frozen(datetime(9999, 12, 31, tzinfo=UTC)):
        assert re.fullmatch(ids.pattern("usr"), ids.new_id("usr"))


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_a_derived_id_is_always_the_same_and_looks_like_any_other(parts):
    assert ids.derived_id("usr", *parts) == ids.derived_id("usr", *parts)
    assert re.fullmatch(ids.pattern("usr"), ids.derived_id("usr", *parts))


def test_derived_ids_depend_on_where_one_part_ends_and_the_next_begins():
    assert ids.derived_id("x", "ab", "c") != ids.derived_id("x", "a", "bc")
    assert ids.derived_id("x", "ab") != ids.derived_id("x", "ab", "")


@pytest.mark.parametrize("text", ["usr_", "usr_short", "usr_" + "0" * 27, "usr_" + "u" * 26, "usr_" + "0" * 26 + "\n"])
def test_what_is_not_an_id_is_not_taken_for_one(text):
    """Crockford's alphabet has no i, l, o and u: nothing that is read aloud is mistaken."""
    assert not re.fullmatch(ids.pattern("usr"), text)
