"""The address book: where a person has things sent and billed to."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from functions.identity.model import PersonName
from functions.identity.model.countries import COUNTRIES
from kernel import ids
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request


def _known_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("not an ISO 3166 country code")
    return code


def _each_once(uses: list["Use"]) -> list["Use"]:
    return sorted(set(uses))


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")
]
OptionalLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=120, pattern=r"^[^\x00-\x1f]*$")]
Country = Annotated[
    str, StringConstraints(pattern="^[A-Z]{2}$"), AfterValidator(_known_country), Field(examples=["DE"])
]
Use = Literal["billing", "shipping"]
Uses = Annotated[list[Use], AfterValidator(_each_once), Field(max_length=2, examples=[["shipping"]])]
AddressId = Annotated[str, StringConstraints(pattern=ids.pattern("adr"))]


EXAMPLE: JsonDict = {
    "name": "Ada Lovelace",
    "line1": "Unter den Linden 1",
    "city": "Berlin",
    "postcode": "10117",
    "country": "DE",
    "default_for": ["shipping"],
}


class _Fields(BaseModel):
    """A postal address. Which of its parts a country needs, and how its postcodes look, are rules."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)

    name: PersonName
    company: Annotated[OptionalLine, Field(examples=[""])] = ""
    line1: Annotated[Line, Field(examples=["Unter den Linden 1"])]
    line2: Annotated[OptionalLine, Field(examples=[""])] = ""
    city: Annotated[Line, Field(examples=["Berlin"])]
    region: Annotated[OptionalLine, Field(examples=[""])] = ""
    postcode: Annotated[
        str,
        StringConstraints(strip_whitespace=True, to_upper=True, max_length=12, pattern=r"^[A-Za-z0-9 \-]*$"),
        Field(examples=["10119"]),
    ] = ""
    country: Country
    phone: Annotated[
        str,
        StringConstraints(strip_whitespace=True, pattern=r"^(\+[1-9][0-9]{6,14})?$"),
        Field(examples=["+4930901820"]),
    ] = ""
    default_for: Uses = Field(default=[])


class AddressRequest(_Fields, Request):
    """Leave out what your country does not use."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        json_schema_extra={"examples": [EXAMPLE]},
    )


class Address(_Fields, Answer):
    id: AddressId


class AddressBook(Answer):
    """A person's addresses, oldest first: one document, so that there is never a moment with two defaults."""

    items: list[Address] = Field(default=[])
    version: Annotated[int, Field(examples=[2])] = 0


class KeptBook(AddressBook):
    """As it is stored."""

    removed: list[str] = Field(default=[])  # the latest ones: removing again is no error


class AddressWrong(Invalid):
    """This is not how addresses look in that country."""


class AddressBookFull(Conflict):
    """There are as many addresses as an address book holds. Remove one first."""


class AddressBookChanged(Conflict):
    """The address book was changed in the meantime. Repeat the request."""
