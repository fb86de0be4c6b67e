"""The small words that stock is written in."""

from typing import Annotated, Literal, NamedTuple

from pydantic import Field, StringConstraints

from kernel import ids

StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
VariantId = Annotated[str, StringConstraints(pattern=ids.pattern("var"))]
LocationId = Annotated[str, StringConstraints(pattern=ids.pattern("loc"))]
MovementId = Annotated[str, StringConstraints(pattern=ids.pattern("mov"))]
ReservationId = Annotated[str, StringConstraints(pattern=ids.pattern("rsv"))]
OrderId = Annotated[str, StringConstraints(pattern=ids.pattern("ord"))]
Version = Annotated[int, Field(ge=0, examples=[3])]

MOST = 10_000_000  # of one variant: more is a slip of the finger, and sums stay far below what a number can hold
Quantity = Annotated[int, Field(ge=1, le=MOST, examples=[10])]
Count = Annotated[int, Field(ge=0, le=MOST, examples=[10])]

# ok: plenty. low: at or below the threshold the seller set. out: nothing left.
Level = Literal["ok", "low", "out"]
ReservationState = Literal["reserved", "committed", "released", "expired"]
MovementKind = Literal["received", "sold", "reserved", "released", "adjusted", "transferred", "returned"]


class ItemId(NamedTuple):
    """A variant in its store. A seller writes below the own store only, so nobody need ask catalog whose it is."""

    store_id: str
    variant_id: str
