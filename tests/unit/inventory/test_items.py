import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.inventory.model.items import (
    BUNDLES_PER_PART,
    Beyond,
    BundleHasNoStock,
    BundlePartsInvalid,
    LimitInUse,
    Part,
    PartOfBundle,
    SettingsChange,
)
from functions.inventory.model.names import ItemId
from functions.inventory.rules import items as rules
from tests.builders import inventory as a

BACKORDER = Beyond(kind="backorder", limit=5)
PART = a.an_item(variant_id=a.variant(1))
FAR = "loc_00000000000000000000000009"


def settled(lie, **said):
    """The layout and, of each shard that changed: location, number, more left, credit, whether it is new."""
    counts: dict[str, int] = {}
    for one in lie:
        counts[one.location_id] = counts.get(one.location_id, 0) + 1
    after, turns = rules.settled(a.an_item(places=counts, **said), lie, a.HOME)
    return after.places, [(one.shard.location_id, one.shard.number, one.left, one.credit, one.born) for one in turns]


def test_a_limit_is_promised_from_the_default_location_even_before_anything_was_there():
    assert settled([], beyond=BACKORDER) == ({a.HOME: 1}, [(a.HOME, 0, 5, 5, True)])
    assert settled([a.a_shard(2, location=FAR)], beyond=BACKORDER) == (
        {FAR: 1, a.HOME: 1},
        [(a.HOME, 0, 5, 5, True)],
    )


def test_a_raised_limit_adds_and_a_lowered_one_takes_back():
    assert settled([a.a_shard(7, credit=2)], beyond=BACKORDER) == ({a.HOME: 1}, [(a.HOME, 0, 3, 5, False)])
    assert settled([a.a_shard(6, credit=5)]) == ({a.HOME: 1}, [(a.HOME, 0, -5, 0, False)])


def test_what_is_promised_already_cannot_be_taken_back():
    with pytest.raises(LimitInUse):
        settled([a.a_shard(4, credit=5)])


def test_nothing_to_do_is_nothing_done():
    assert settled([a.a_shard(7, credit=5)], beyond=BACKORDER) == ({a.HOME: 1}, [])
    assert settled([]) == ({}, [])


def test_more_shards_are_filled_from_those_there_are():
    assert settled([a.a_shard(9)], shards=4) == (
        {a.HOME: 4},
        [(a.HOME, 0, -6, 0, False), (a.HOME, 1, 2, 0, True), (a.HOME, 2, 2, 0, True), (a.HOME, 3, 2, 0, True)],
    )


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6), st.integers(0, 9), st.integers(1, 16), st.integers(0, 20))
def test_settings_never_make_or_lose_a_unit(lefts, had, count, limit):
    shards = [a.a_shard(left, number=number) for number, left in enumerate(lefts)]
    shards[0] = a.a_shard(lefts[0] + had, credit=had)
    item = a.an_item(
        places={a.HOME: len(shards)}, shards=count, beyond=Beyond(kind="backorder", limit=limit) if limit else None
    )
    after, turns = rules.settled(item, shards, a.HOME)
    lie = {one.number: (one.left, one.credit) for one in shards}
    for turn in turns:
        lie[turn.shard.number] = (turn.shard.left + turn.left, turn.credit)
    assert sum(left - credit for left, credit in lie.values()) == sum(one.available for one in shards)
    assert sum(credit for _, credit in lie.values()) == lie[0][1] == limit
    assert len(lie) == after.places[a.HOME] == max(count, len(shards))
    assert min(left for left, _ in lie.values()) >= 0
    assert after.version == item.version


def bundled(item, *parts: tuple[str, int], **others):
    named = [Part(variant_id=variant, quantity=quantity) for variant, quantity in parts]
    known = {ItemId(a.STORE, variant): others.get(variant, a.an_item(variant_id=variant)) for variant, _ in parts}
    return rules.bundled(item, named, known)


def test_a_bundle_lies_nowhere():
    after = bundled(a.an_item(places={a.HOME: 1}), (PART.variant_id, 2))
    assert (after.places, after.version) == ({}, 2)
    assert bundled(after).parts == []


@pytest.mark.parametrize("parts", [[(PART.variant_id, 1), (PART.variant_id, 2)], [(a.VARIANT, 1)]])
def test_a_bundle_names_each_part_once_and_never_itself(parts):
    with pytest.raises(BundlePartsInvalid):
        bundled(a.an_item(), *parts)


def test_a_bundle_of_bundles_is_refused_from_either_side():
    inner = {PART.variant_id: PART.model_copy(update={"parts": [Part(variant_id=a.variant(2))]})}
    with pytest.raises(BundlePartsInvalid):
        bundled(a.an_item(), (PART.variant_id, 1), **inner)
    with pytest.raises(PartOfBundle):
        bundled(a.an_item(used_in=1), (PART.variant_id, 1))


def test_a_part_is_in_so_many_bundles_at_most():
    crowded = {PART.variant_id: PART.model_copy(update={"used_in": BUNDLES_PER_PART})}
    with pytest.raises(PartOfBundle):
        bundled(a.an_item(), (PART.variant_id, 1), **crowded)
    already = a.an_item(parts=[Part(variant_id=PART.variant_id)])
    assert bundled(already, (PART.variant_id, 3), **crowded).parts[0].quantity == 3


def test_a_bundle_is_not_sold_beyond_its_parts():
    bundle = a.an_item(parts=[Part(variant_id=PART.variant_id)])
    for change in (SettingsChange(beyond=BACKORDER), SettingsChange(shards=2)):
        with pytest.raises(BundleHasNoStock):
            rules.check_sold_by_itself(bundle, change)
    rules.check_sold_by_itself(bundle, SettingsChange(low_at=3))
