"""A store's locations. One goes with every store by itself; who has a single shelf never sees this."""

from functions.inventory import events
from functions.inventory.api.app import LocationPath, StorePath, api
from functions.inventory.model.locations import Location, LocationDetails, Locations
from functions.inventory.rules import locations as rules
from functions.inventory.store.locations import locations
from kernel import ids
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/stores/<store_id>/locations", permit="read_stock")
def list_locations(store_id: StorePath) -> Locations:
    """Where the store keeps its goods, in the order that orders are served from there."""
    require("read_stock", store=store_id)
    return locations().of(store_id)


@api.post("/v1/stores/<store_id>/locations", permit="edit_stock", status_code=201)
def add_location(store_id: StorePath, details: LocationDetails) -> Location:
    """Add a location, such as a second warehouse or a shop."""
    require("edit_stock", store=store_id)
    before = locations().of(store_id)
    location_id = ids.new_id("loc")
    after = rules.added(before, location_id, details)
    made = rules.found(after, location_id)
    told = events.LocationChanged(store_id=store_id, location_id=location_id, how="added")
    locations().change(before, after, told, receipt(made, 201))
    return made


@api.put("/v1/stores/<store_id>/locations/<location_id>", permit="edit_stock")
def edit_location(store_id: StorePath, location_id: LocationPath, details: LocationDetails) -> Location:
    """Rename a location, give it another priority, switch it on or off. What lies there stays there."""
    require("edit_stock", store=store_id)
    before = locations().of(store_id)
    after = rules.edited(before, location_id, details)
    edited = rules.found(after, location_id)
    told = events.LocationChanged(store_id=store_id, location_id=location_id, how="edited")
    locations().change(before, after, told, receipt(edited))
    return edited


@api.delete("/v1/stores/<store_id>/locations/<location_id>", permit="edit_stock", status_code=204)
def remove_location(store_id: StorePath, location_id: LocationPath) -> None:
    """Give up a location where nothing lies, nor ever lay. Another one can be switched off."""
    require("edit_stock", store=store_id)
    before = locations().of(store_id)
    after = rules.removed(before, location_id)
    locations().check_unused(store_id, location_id)
    told = events.LocationChanged(store_id=store_id, location_id=location_id, how="removed")
    locations().change(before, after, told, receipt(None, 204))
