"""Reservations: what the checkout asks for, what is kept, and what can be refused."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.inventory.model.names import (
    Count,
    ItemId,
    LocationId,
    OrderId,
    Quantity,
    ReservationId,
    ReservationState,
    StoreId,
    VariantId,
    Version,
)
from kernel.errors import Conflict, Invalid, NotFound
from kernel.http import Answer
from kernel.tasks import Asked, Outcome, Refused

LINES = 40
TAKINGS = 48  # of one transaction of a hundred changes: each is a shard and a movement; three rows are the reservation
Hold = Annotated[int, Field(ge=1, le=14 * 86_400, examples=[900])]


class Line(Answer):
    store_id: StoreId
    variant_id: VariantId
    quantity: Quantity

    @property
    def item(self) -> ItemId:
        return ItemId(self.store_id, self.variant_id)


class Taking(Answer):
    """What was taken from one shard, and goes back there if the order comes to nothing."""

    store_id: StoreId
    variant_id: VariantId
    location_id: LocationId
    shard: Count
    quantity: Quantity

    @property
    def item(self) -> ItemId:
        return ItemId(self.store_id, self.variant_id)


class Reservation(Answer):
    reservation_id: ReservationId
    order_id: OrderId
    state: ReservationState
    expires_at: datetime
    ask_at: Annotated[
        datetime | None,
        Field(examples=[None], description="Its time is over: when orders is asked again what became of the order."),
    ] = None
    lines: list[Line]
    takings: list[Taking]
    version: Version = 1

    @property
    def due_at(self) -> datetime:
        return self.ask_at or self.expires_at


class ReserveStock(Asked):
    order_id: OrderId
    lines: Annotated[list[Line], Field(min_length=1, max_length=LINES)]
    hold_s: Hold = 900


class ReservationOf(Asked):
    order_id: OrderId


class ExtendReservation(Asked):
    order_id: OrderId
    hold_s: Hold = 900


class Done(Outcome):
    outcome: Literal["reserved", "committed", "released"]
    reservation_id: ReservationId
    expires_at: datetime


class Short(Answer):
    """A line that cannot be served, and how many of it could."""

    store_id: StoreId
    variant_id: VariantId
    asked: Quantity
    left: Count


class RefusedShort(Refused):
    """Refused for want of stock, with what is short, so that the buyer can be told."""

    short: list[Short]


class NoSuchReservation(NotFound):
    code = NotFound.code
    title = NotFound.title


class OutOfStock(Conflict):
    """There is not enough of something in the basket. Nothing was reserved."""

    def __init__(self, short: Sequence[Short] = ()) -> None:
        missing = ", ".join(f"{one.variant_id} ({one.left} of {one.asked})" for one in short)
        super().__init__(f"There is not enough of {missing}. Nothing was reserved." if missing else "")
        self.short = list(short)


class NothingReserved(Conflict):
    """Nothing was ever reserved for this order."""


class ReservationOver(Conflict):
    """This order's reservation was released, or it has expired. A new try is a new order."""


class AlreadySold(Conflict):
    """This order's goods are sold: what comes back is a return."""


class ReservedOtherwise(Conflict):
    """Something else is reserved for this order already."""


class BasketTooScattered(Invalid):
    """This basket would be taken from too many places at once. Order it in two."""


class TakenMeanwhile(Conflict):
    """Somebody else was faster at one of the shards."""
