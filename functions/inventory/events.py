"""What inventory tells the others: ids and amounts."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.inventory.model.names import Level, LocationId, OrderId, ReservationId, StoreId, VariantId
from kernel.events import Data

Expected = Annotated[date | None, Field(examples=["2030-05-01"])]
Available = Annotated[int, Field(examples=[7], description="Below zero: promised beyond what there is.")]


class MovedItem(BaseModel):
    """Part of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    store_id: StoreId
    variant_id: VariantId


class StockMoved(Data):
    """Units moved, or what is said of them was changed. StockChanged says what there is now."""

    items: list[MovedItem]


class StoreToRecount(Data):
    """A location was switched on or off: what every variant of the store has available may be another now."""

    store_id: StoreId
    before: Annotated[str, Field(examples=[""], description="The variants from here on are done.")] = ""


class StockChanged(Data):
    """What can be ordered of a variant. Told at once where few are left, and at most every few seconds of plenty."""

    store_id: StoreId
    variant_id: VariantId
    tracked: bool
    level: Level
    available: Available
    beyond: Literal["backorder", "preorder"] | None = None
    orderable: Annotated[bool, Field(description="Whether one can be ordered, be it beyond what there is.")]
    available_from: Expected = None


class StockLow(Data):
    """Few are left, as few as the seller wants to be told of."""

    store_id: StoreId
    variant_id: VariantId
    available: Available


class StockOut(Data):
    """None is left."""

    store_id: StoreId
    variant_id: VariantId


class StockBack(Data):
    """There are some again, after there were none."""

    store_id: StoreId
    variant_id: VariantId
    available: Available


class ReservationOverdue(Data):
    """Something is held for longer than was meant: what became of the order?"""

    order_id: OrderId
    reservation_id: ReservationId


class LocationChanged(Data):
    """A store has another location, or one less, or one is different now."""

    store_id: StoreId
    location_id: LocationId
    how: Literal["added", "edited", "removed"]
