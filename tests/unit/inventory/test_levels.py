from datetime import date, timedelta

import pytest

from functions.inventory.model.items import Beyond, Part, VariantsInvalid
from functions.inventory.model.levels import Told
from functions.inventory.rules import availability, levels
from tests.builders import inventory as a

LATER = a.NOON + timedelta(minutes=1)
NEVER = Told(store_id=a.STORE, variant_id=a.VARIANT)


def told(available: int | None, before: Told = NEVER, now=a.NOON, **said) -> Told:
    return levels.found(a.an_item(**{"low_at": 3} | said), available, before, now)


@pytest.mark.parametrize(
    ("available", "level"), [(4, "ok"), (3, "low"), (1, "low"), (0, "out"), (-2, "out"), (None, "ok")]
)
def test_the_level_is_what_the_seller_calls_low(available, level):
    assert told(available).level == level


def test_without_a_threshold_nothing_is_low():
    assert [told(units, low_at=0).level for units in (1, 0)] == ["ok", "out"]


def test_what_is_not_offered_or_belongs_to_nobody_is_out_whatever_there_is():
    assert told(9, offered=False).level == "out"
    gone = levels.found(a.an_item(), 9, NEVER, a.NOON, closed=True)
    assert (gone.level, gone.orderable, gone.offered) == ("out", False, False)


@pytest.mark.parametrize(
    ("before", "after", "crossed"),
    [
        (None, 9, []),
        (None, 0, []),
        (9, 8, []),
        (9, 3, ["StockLow"]),
        (3, 2, []),
        (3, 0, ["StockOut"]),
        (9, 0, ["StockOut"]),
        (0, -1, []),
        (0, 2, ["StockBack"]),
        (0, 9, ["StockBack"]),
        (2, 9, []),
    ],
)
def test_each_crossing_is_told_once(before, after, crossed):
    first = NEVER if before is None else told(before)
    assert [type(one).__name__ for one in levels.crossings(first, told(after, first))] == crossed


def test_nothing_new_is_nothing_to_tell():
    first = told(9)
    assert told(9, first, LATER) is first
    assert told(0).version == 1, "but that there is none is news the first time"


def test_of_plenty_only_every_few_seconds_and_of_little_at_once():
    plenty = told(900)
    soon = a.NOON + timedelta(seconds=1)
    assert levels.can_wait(plenty, told(899, plenty, soon), soon)
    assert not levels.can_wait(plenty, told(899, plenty, LATER), LATER)
    assert not levels.can_wait(plenty, told(2, plenty, soon), soon)
    few = told(3)
    assert not levels.can_wait(few, told(2, few, soon), soon)
    assert not levels.can_wait(plenty, told(899, plenty, soon, offered=False), soon)


BEYOND = Beyond(kind="preorder", limit=5, available_from=date(2030, 3, 1))


@pytest.mark.parametrize(("available", "orderable"), [(1, True), (0, True), (-4, True), (-5, False)])
def test_beyond_what_there_is_can_be_ordered_up_to_the_limit(available, orderable):
    after = told(available, beyond=BEYOND)
    assert (after.orderable, after.beyond) == (orderable, "preorder")


def test_a_bundle_is_never_sold_beyond_its_parts():
    parts = [Part(variant_id=a.variant(1))]
    assert not told(0, beyond=BEYOND, parts=parts).orderable


@pytest.mark.parametrize(
    ("known", "state", "left"),
    [
        (NEVER, "unknown", None),
        (told(50), "in_stock", None),
        (told(2), "low", 2),
        (told(0), "out", None),
        (told(-1, beyond=BEYOND), "preorder", None),
        (told(-5, beyond=BEYOND), "out", None),
        (told(None), "in_stock", None),
    ],
)
def test_buyers_learn_numbers_only_where_few_are_left(known, state, left):
    shown = availability.availability(known)
    assert (shown.state, shown.left) == (state, left)
    assert shown.available_from == (BEYOND.available_from if state == "preorder" else None)


def test_variants_are_named_with_their_store_and_once():
    named = f"{a.STORE}:{a.VARIANT}"
    assert availability.asked(f"{named}, {named}") == [a.ITEM]


@pytest.mark.parametrize("variants", ["", "x", a.VARIANT, f"{a.STORE}:{a.VARIANT},", f"{a.VARIANT}:{a.STORE}"])
def test_what_names_no_variant_is_refused(variants):
    with pytest.raises(VariantsInvalid):
        availability.asked(variants)


def test_fifty_at_once_are_enough():
    many = ",".join(f"{a.STORE}:{a.variant(number)}" for number in range(51))
    with pytest.raises(VariantsInvalid):
        availability.asked(many)
    assert len(availability.asked(many.rpartition(",")[0])) == 50
