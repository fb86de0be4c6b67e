import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from functions.inventory.model.items import BundleHasNoStock, Part
from functions.inventory.model.locations import NoSuchLocation
from functions.inventory.model.movements import NewMovement, NotThatMany, TransferToItself
from functions.inventory.rules import movements as rules
from functions.inventory.rules.locations import none_yet
from tests.builders import inventory as a

MOVEMENT = "mov_00000000000000000000000000"
FAR = "loc_00000000000000000000000009"


def written(kind: str, quantity: int, **said):
    request = NewMovement.model_validate({"kind": kind, "quantity": quantity, **said})
    return rules.written(a.ITEM, request, movement_id=MOVEMENT, by=a.SELLER, now=a.NOON)


@pytest.mark.parametrize(
    "said",
    [
        {"kind": "received", "quantity": 0},
        {"kind": "received", "quantity": -1},
        {"kind": "returned", "quantity": -1},
        {"kind": "transferred", "quantity": -1, "to_location_id": FAR},
        {"kind": "transferred", "quantity": 1},
        {"kind": "received", "quantity": 1, "to_location_id": FAR},
        {"kind": "adjusted", "quantity": 1},
        {"kind": "received", "quantity": 1, "reason": "count"},
        {"kind": "sold", "quantity": 1},
        {"kind": "received", "quantity": 1, "reference": "Ada's own words!"},
    ],
)
def test_what_makes_no_sense_is_not_written_down(said):
    with pytest.raises(ValidationError):
        NewMovement(**said)


def test_a_transfer_is_two_movements_of_one_name():
    there, back = written("transferred", 3, to_location_id=FAR)
    assert [(one.location_id, one.available) for one in (there, back)] == [(a.HOME, -3), (FAR, 3)]
    assert there.movement_id == back.movement_id
    with pytest.raises(TransferToItself):
        written("transferred", 3, to_location_id=a.HOME)


def test_goods_come_only_to_where_the_store_has_a_location_but_can_leave_one_it_gave_up():
    locations, item = none_yet(a.STORE), a.an_item(places={a.HOME: 1, FAR: 1})
    with pytest.raises(NoSuchLocation):
        rules.check_movable(item, locations, written("received", 1, location_id=FAR))
    rules.check_movable(item, locations, written("transferred", 1, location_id=FAR, to_location_id=a.HOME))
    unknown = "loc_00000000000000000000000008"
    with pytest.raises(NoSuchLocation):
        rules.check_movable(item, locations, written("adjusted", -1, location_id=unknown, reason="loss"))


def test_a_bundle_has_no_movements():
    with pytest.raises(BundleHasNoStock):
        rules.check_movable(a.an_item(parts=[Part(variant_id=a.variant(1))]), none_yet(a.STORE), written("received", 1))


@given(st.lists(st.integers(0, 20), min_size=1, max_size=8), st.integers(-60, 60).filter(bool), st.integers(0, 9))
def test_what_comes_and_goes_is_neither_more_nor_less(lefts, units, credit):
    """Down to nothing, and never into what is only promised beyond it."""
    shards = [a.a_shard(left, number=number) for number, left in enumerate(lefts)]
    shards[0] = a.a_shard(lefts[0] + credit, credit=credit)
    movements = written("adjusted", units, reason="count")
    if -units > sum(lefts):
        with pytest.raises(NotThatMany, match=f"only {sum(lefts)} "):
            rules.deltas(movements, {a.HOME: len(lefts)}, shards)
        return
    deltas = rules.deltas(movements, {a.HOME: len(lefts)}, shards)
    assert sum(deltas.values()) == units
    assert all(lefts[number] + delta >= 0 for (_, number), delta in deltas.items())


def test_what_is_owed_already_is_not_there_to_go():
    with pytest.raises(NotThatMany, match="only 0 "):
        rules.deltas(written("adjusted", -1, reason="loss"), {a.HOME: 1}, [a.a_shard(2, credit=5)])


def test_at_a_new_location_the_stock_lies_in_as_many_shards_as_its_seller_wants():
    item = rules.housed(a.an_item(shards=4), written("received", 10))
    assert (item.places, item.widest, item.version) == ({a.HOME: 4}, 4, 2)
    assert rules.housed(item, written("received", 10)) is item
