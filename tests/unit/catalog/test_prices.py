from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from functions.catalog.model.offers import Low, ScheduledPrice
from functions.catalog.rules import prices as rules
from tests.builders.catalog import NOON, a_variant

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def euros(minor):
    return {"EUR": minor}


def a_sale(start=NOON, end=NOON + HOUR, minor=80_00):
    return ScheduledPrice(starts_at=start, ends_at=end, prices=euros(minor))


def test_a_scheduled_price_holds_from_its_first_moment_and_no_longer_at_its_end():
    variant = a_variant(scheduled=[a_sale()])
    moments = [NOON - timedelta(microseconds=1), NOON, NOON + HOUR - timedelta(microseconds=1), NOON + HOUR]
    assert [rules.prices_at(variant, at)["EUR"] for at in moments] == [129_00, 80_00, 80_00, 129_00]


def test_of_schedules_that_overlap_the_last_one_holds_and_other_currencies_stay():
    variant = a_variant(prices={"EUR": 129_00, "USD": 139_00}, scheduled=[a_sale(minor=80_00), a_sale(minor=90_00)])
    assert rules.prices_at(variant, NOON) == {"EUR": 90_00, "USD": 139_00}


def test_what_it_cost_is_remembered_under_the_day_on_which_that_ended():
    before = a_variant(prices=euros(50_00))
    after = rules.remembering(before, before.model_copy(update={"prices": euros(70_00)}), NOON)
    assert after.lows == [Low(day=NOON.date(), prices=euros(50_00))]
    again = rules.remembering(after, after.model_copy(update={"prices": euros(60_00)}), NOON)
    assert again.lows == [Low(day=NOON.date(), prices=euros(50_00))]


def test_a_sale_that_is_taken_back_is_remembered_if_anybody_could_buy_in_it():
    begun, over = a_sale(NOON - HOUR, NOON + HOUR, 10_00), a_sale(NOON - 3 * DAY, NOON - 2 * DAY, 20_00)
    never = a_sale(NOON + HOUR, NOON + DAY, 1_00)
    before = a_variant(scheduled=[begun, over, never])
    after = rules.remembering(before, before.model_copy(update={"scheduled": []}), NOON)
    assert after.lows == [
        Low(day=(NOON - 2 * DAY).date(), prices=euros(20_00)),
        Low(day=NOON.date(), prices=euros(10_00)),
    ]
    assert rules.lowest(after, NOON) == euros(10_00)


def test_the_next_moment_is_the_nearest_beginning_or_end():
    variant = a_variant(scheduled=[a_sale(NOON - HOUR, NOON + 2 * HOUR), a_sale(NOON + HOUR, NOON + 3 * HOUR)])
    assert rules.boundary(variant, NOON) == NOON + HOUR
    assert rules.boundary(variant, NOON + 3 * HOUR) is None


def test_what_no_longer_matters_is_forgotten():
    old = NOON - timedelta(days=31)
    variant = a_variant(
        lows=[Low(day=old.date(), prices=euros(1))], scheduled=[a_sale(old - HOUR, old), a_sale(NOON - HOUR, NOON)]
    )
    assert rules.remembering(variant, variant, NOON).lows == []
    assert rules.without_history(variant, NOON).scheduled == [a_sale(NOON - HOUR, NOON)]


@given(
    some.lists(
        some.tuples(some.integers(min_value=0, max_value=20), some.integers(min_value=1, max_value=9)), max_size=25
    )
)
def test_the_lowest_of_thirty_days_is_the_lowest_that_held_in_them(changes):
    """Against the whole history, day by day. Prices change at noon; a day counts whole."""
    at, variant = datetime(2030, 1, 1, 12, tzinfo=UTC), a_variant(prices=euros(10))
    history = []  # what held until when
    for days, minor in changes:
        at += timedelta(days=days)
        if minor == variant.prices["EUR"]:
            continue
        history.append((variant.prices["EUR"], at.date()))
        variant = rules.remembering(variant, variant.model_copy(update={"prices": euros(minor)}), at)
    since = (at - timedelta(days=30)).date()
    held = [minor for minor, until in history if until >= since] + [variant.prices["EUR"]]
    assert rules.lowest(variant, at) == euros(min(held))
    assert len(variant.lows) <= 31
