"""Movements of stock: appended, never changed; the stock can be recomputed from them."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from functions.inventory.model.names import (
    MOST,
    LocationId,
    MovementId,
    MovementKind,
    ReservationId,
    StoreId,
    VariantId,
)
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request

Reason = Literal["count", "damage", "loss", "theft", "found", "correction", "listing"]
Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[A-Za-z0-9 ._/#-]*$"),
    Field(examples=["PO-2231"], description="A number of your own: an order to a supplier, a return."),
]
Delta = Annotated[int, Field(examples=[-2])]


class NewMovement(Request):
    """`quantity` is what comes or goes; only an adjustment can be negative. Without a location: the default one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "received", "quantity": 10, "reference": "PO-2231"}]}
    )

    kind: Literal["received", "adjusted", "transferred", "returned"]
    quantity: Annotated[int, Field(ge=-MOST, le=MOST, examples=[10])]
    location_id: LocationId | None = None
    to_location_id: Annotated[LocationId | None, Field(description="Of a transfer.")] = None
    reason: Annotated[Reason | None, Field(description="Of an adjustment.")] = None
    reference: Reference = ""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.quantity == 0 or (self.quantity < 0 and self.kind != "adjusted"):
            raise ValueError("the quantity is above zero; that of an adjustment may be below")
        if (self.kind == "adjusted") != (self.reason is not None):
            raise ValueError("an adjustment, and nothing else, has a reason")
        if (self.kind == "transferred") != (self.to_location_id is not None):
            raise ValueError("a transfer, and nothing else, goes to another location")
        return self


class Movement(Answer):
    """What it did to one location: the sums over all movements are what is available and reserved there."""

    movement_id: MovementId
    kind: MovementKind
    store_id: StoreId
    variant_id: VariantId
    location_id: LocationId
    available: Delta
    reserved: Delta = 0
    reason: Reason | None = None
    reference: Reference = ""
    reservation_id: ReservationId | None = None
    moved_by: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])] = ""
    moved_at: datetime


class Movements(Answer):
    items: list[Movement]
    cursor: Annotated[str | None, Field(examples=["MjAyNi0wNS0wNFQxMjowMDowMC4wMDBa"])] = None


class NotThatMany(Conflict):
    """There are fewer at this location that are not promised to somebody."""


class TransferToItself(Invalid):
    """A transfer goes to another location."""


class MovedMeanwhile(Conflict):
    """The stock moved at this moment. Repeat the request."""
