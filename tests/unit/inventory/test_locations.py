import pytest

from functions.inventory.model.locations import (
    LOCATIONS_PER_STORE,
    DefaultLocationStays,
    LocationDetails,
    NoSuchLocation,
    TooManyLocations,
)
from functions.inventory.rules import locations as rules
from tests.builders import inventory as a

SHOP = "loc_00000000000000000000000009"


def with_a_shop(**said):
    return rules.added(rules.none_yet(a.STORE), SHOP, LocationDetails(**{"name": "Shop"} | said))


def test_a_store_has_a_location_before_it_thinks_of_it():
    [own] = rules.none_yet(a.STORE).items
    assert (own.location_id, own.default, own.active) == (rules.default_id(a.STORE), True, True)
    assert rules.default_id(a.STORE) != rules.default_id(a.OTHER_STORE)


def test_orders_are_served_by_priority_and_from_active_locations():
    assert rules.serving(with_a_shop(priority=1)) == [SHOP, a.HOME]
    assert rules.serving(with_a_shop(priority=500)) == [a.HOME, SHOP]
    assert rules.serving(with_a_shop(active=False)) == [a.HOME]


def test_the_default_location_is_renamed_but_neither_switched_off_nor_removed():
    locations = with_a_shop()
    renamed = rules.edited(locations, a.HOME, LocationDetails(name="Cellar", priority=900))
    assert [one.name for one in renamed.items] == ["Shop", "Cellar"]
    assert rules.found(renamed, a.HOME).default
    with pytest.raises(DefaultLocationStays):
        rules.edited(locations, a.HOME, LocationDetails(name="Cellar", active=False))
    with pytest.raises(DefaultLocationStays):
        rules.removed(locations, a.HOME)


def test_what_is_removed_is_gone_and_what_was_never_there_cannot_be():
    gone = rules.removed(with_a_shop(), SHOP)
    assert ([one.location_id for one in gone.items], gone.version) == ([a.HOME], 2)
    with pytest.raises(NoSuchLocation):
        rules.removed(gone, SHOP)
    with pytest.raises(NoSuchLocation):
        rules.edited(gone, SHOP, LocationDetails(name="Shop"))


def test_twenty_are_enough():
    locations = rules.none_yet(a.STORE)
    for number in range(LOCATIONS_PER_STORE - 1):
        locations = rules.added(locations, f"loc_{number:026}", LocationDetails(name="Shop"))
    with pytest.raises(TooManyLocations):
        rules.added(locations, SHOP, LocationDetails(name="One more"))


def test_of_a_store_that_has_left_no_name_is_kept():
    closed = rules.closed(with_a_shop(name="Ada's home"))
    assert (closed.closed, closed.version, "Ada" in closed.model_dump_json()) == (True, 2, False)
