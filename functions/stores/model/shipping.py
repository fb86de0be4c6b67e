"""Where a store sends from, where it sends to, and for how much."""

from typing import Annotated

from pydantic import Field, StringConstraints

from functions.stores.model.names import CountryCode, Line
from kernel.http import Answer, Request
from kernel.money import Money

Days = Annotated[int, Field(ge=0, le=120, examples=[3])]


class Origin(Request):
    """A place that parcels leave from."""

    name: Annotated[Line, Field(examples=["Workshop"])]
    country: CountryCode
    postcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=12), Field(examples=["10119"])] = ""
    region: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Field(examples=["Berlin"])] = ""
    city: Annotated[Line, Field(examples=["Berlin"])]
    street: Annotated[Line, Field(examples=["Torstraße 1"])]
    handling_days: Days = 1


class Rate(Request):
    """One way to send into a zone. From `free_from` on, the parcel travels at the store's expense."""

    name: Annotated[Line, Field(examples=["Parcel"])]
    price: Money
    free_from: Money | None = None
    max_weight_g: Annotated[int | None, Field(ge=1, le=1_000_000, examples=[5000])] = None
    min_days: Days = 1
    max_days: Days = 5


class Zone(Request):
    """Countries that are sent to at the same rates. A zone without countries is the rest of the world."""

    name: Annotated[Line, Field(examples=["European Union"])]
    countries: Annotated[list[CountryCode], Field(max_length=250)]
    rates: Annotated[list[Rate], Field(min_length=1, max_length=10)]


class Shipping(Request):
    """All of it at once: zones and rates only mean something together."""

    origins: Annotated[list[Origin], Field(max_length=10)]
    zones: Annotated[list[Zone], Field(max_length=30)]


class ShippingOption(Answer):
    """One way to send this parcel, and what it costs."""

    name: Annotated[Line, Field(examples=["Parcel"])]
    price: Money
    min_days: Days
    max_days: Days


class ShippingOptions(Answer):
    items: list[ShippingOption]
