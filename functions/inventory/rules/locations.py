"""A store's locations: the one it always has, and the others."""

from functions.inventory.model.locations import (
    LOCATIONS_PER_STORE,
    DefaultLocationStays,
    Location,
    LocationDetails,
    Locations,
    NoSuchLocation,
    TooManyLocations,
)
from kernel import ids


def default_id(store_id: str) -> str:
    """Known without reading anything: stock can be moved in before anybody thought of locations."""
    return ids.derived_id("loc", store_id, "default")


def none_yet(store_id: str) -> Locations:
    own = Location(location_id=default_id(store_id), name="Default location", default=True)
    return Locations(store_id=store_id, items=[own])


def serving(locations: Locations) -> list[str]:
    """The active ones, in the order that orders are served from them."""
    return [one.location_id for one in locations.items if one.active]


def found(locations: Locations, location_id: str) -> Location:
    for one in locations.items:
        if one.location_id == location_id:
            return one
    raise NoSuchLocation()


def added(locations: Locations, location_id: str, details: LocationDetails) -> Locations:
    if len(locations.items) >= LOCATIONS_PER_STORE:
        raise TooManyLocations()
    return _next(locations, [*locations.items, Location(location_id=location_id, **details.model_dump())])


def edited(locations: Locations, location_id: str, details: LocationDetails) -> Locations:
    before = found(locations, location_id)
    if before.default and not details.active:
        raise DefaultLocationStays()
    after = before.model_copy(update=details.model_dump())
    return _next(locations, [after if one is before else one for one in locations.items])


def removed(locations: Locations, location_id: str) -> Locations:
    gone = found(locations, location_id)
    if gone.default:
        raise DefaultLocationStays()
    return _next(locations, [one for one in locations.items if one is not gone])


def closed(locations: Locations) -> Locations:
    """Only that there was a store: names and places of a seller who has left are nobody's business."""
    return none_yet(locations.store_id).model_copy(update={"closed": True, "version": locations.version + 1})


def _next(locations: Locations, items: list[Location]) -> Locations:
    ordered = sorted(items, key=lambda one: (one.priority, one.location_id))
    return locations.model_copy(update={"items": ordered, "version": locations.version + 1})
