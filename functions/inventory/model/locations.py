"""Where a store keeps its goods: what sellers send, and what they get."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.inventory.model.names import LocationId, StoreId, Version
from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request

LOCATIONS_PER_STORE = 20

LocationName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$"),
    Field(examples=["Warehouse Berlin"]),
]
CountryCode = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["DE"])]
Priority = Annotated[
    int,
    Field(ge=0, le=1000, examples=[10], description="Orders are served from the location with the lowest number."),
]


class LocationDetails(Request):
    name: LocationName
    country: CountryCode | None = None
    priority: Priority = 100
    active: Annotated[bool, Field(description="Whether orders are served from here.")] = True


class Location(Answer):
    location_id: LocationId
    name: LocationName
    country: CountryCode | None = None
    priority: Priority = 100
    active: bool = True
    default: Annotated[bool, Field(description="Goes by itself with every store, and cannot be given up.")] = False


class Locations(Answer):
    """All of a store's, in the order that orders are served from them. One document: they are always read together."""

    store_id: StoreId
    items: list[Location]
    closed: Annotated[bool, Field(description="The store has left Metco: nothing of it can be ordered.")] = False
    version: Version = 0


class NoSuchLocation(NotFound):
    code = NotFound.code
    title = NotFound.title


class TooManyLocations(Conflict):
    """A store has at most 20 locations."""


class DefaultLocationStays(Conflict):
    """The default location goes with the store: rename it, but it can be neither removed nor switched off."""


class LocationInUse(Conflict):
    """There are goods at this location, or were. Switch it off, or move what is there and try again."""


class LocationsChanged(Conflict):
    """Somebody changed the locations in the meantime. Read them again, then repeat the change."""
