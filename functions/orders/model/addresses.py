"""Where an order goes, and how its buyer is reached: the personal part of an order, in an item of its own."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from kernel.errors import Invalid
from kernel.http import Answer, Request

Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00-\x1f]*$")]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    Field(examples=["ada@example.com"]),
]
EXAMPLE: JsonDict = {
    "name": "Ada Lovelace",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postcode": "10117",
    "country": "DE",
}


class _Fields(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    name: Annotated[Line, Field(examples=["Ada Lovelace"])]
    company: Annotated[OptionalLine, Field(examples=[""])] = ""
    line1: Annotated[Line, Field(examples=["Unter den Linden 1"])]
    line2: Annotated[OptionalLine, Field(examples=[""])] = ""
    city: Annotated[Line, Field(examples=["Berlin"])]
    region: Annotated[OptionalLine, Field(examples=[""])] = ""
    postcode: Annotated[
        str,
        StringConstraints(strip_whitespace=True, to_upper=True, max_length=12, pattern=r"^[A-Za-z0-9 \-]*$"),
        Field(examples=["10117"]),
    ] = ""
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), Field(examples=["DE"])]
    phone: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=r"^(\+[1-9][0-9]{6,14})?$"),
        Field(examples=["+4930901820"]),
    ] = ""


class SentTo(_Fields, Request):
    """A postal address, in full."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        json_schema_extra={"examples": [EXAMPLE]},
    )


class DeliveryAddress(_Fields, Answer):
    """As it was given with the order: what becomes of the address book later changes nothing here."""


class Person(Answer):
    """All that an order knows of a person. Whoever is erased has none."""

    address: DeliveryAddress | None = None
    email: str = ""


class AddressMissing(Invalid):
    """Something of this order is sent: say where to."""


class AddressDiffers(Invalid):
    """Shipping and tax were reckoned for another address. Ask your basket for a quote for this one."""


class EmailMissing(Invalid):
    """Whoever has no account says where the order's news go to."""
