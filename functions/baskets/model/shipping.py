"""How stores send what is bought of them, as far as prices depend on it: what a store tells, and what it comes to."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kernel import ids
from kernel.http import Answer, Request
from kernel.money import Money

Country = Annotated[
    str, StringConstraints(to_upper=True, pattern="^[A-Za-z]{2}$"), Field(examples=["DE"], description="ISO 3166-1.")
]
MethodId = Annotated[
    str, StringConstraints(pattern=ids.pattern("shm")), Field(examples=["shm_01k6m2q8vx4c7e9r1t3y5w7zab"])
]
_Days = Annotated[int, Field(ge=0, examples=[3])]


class Rate(BaseModel):
    """One way to send into a zone. From `free_from` on, the parcel travels at the store's expense."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str
    price: Money
    free_from: Money | None = None
    max_weight_g: int | None = None
    min_days: int = 0
    max_days: int = 0


class Zone(BaseModel):
    """Countries that are sent to at the same rates. A zone without countries is the rest of the world."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    name: str
    countries: list[str] = Field(default_factory=list)
    rates: list[Rate] = Field(default_factory=list)


class ShipTo(Request):
    """As much of an address as prices depend on. The rest of it is nobody's business before there is an order."""

    country: Country
    region: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), Field(examples=["Berlin"])] = ""
    postal_code: Annotated[str, StringConstraints(strip_whitespace=True, max_length=12), Field(examples=["10117"])] = ""


class ShippingWay(Answer):
    """One way in which a store can send what is bought of it, and what it asks for that before promotions."""

    method_id: MethodId
    name: Annotated[str, Field(examples=["Parcel"])]
    price: Money
    min_days: _Days
    max_days: _Days
