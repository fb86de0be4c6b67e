"""What is said of goods, in the languages it is said in."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from functions.catalog.model.names import Locale

Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150), Field(examples=["Leica M3"])
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=10_000), Field(examples=["A rangefinder of 1954."])
]
SearchTitle = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=70), Field(examples=["Leica M3, serviced"])
]
SearchText = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=200), Field(examples=["A serviced rangefinder."])
]


class Said(BaseModel):
    """Base of what is sent, kept and answered in one and the same form."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


class Text(Said):
    """What a product is, in one language. `search_…` is what search engines show instead of title and description."""

    title: Title
    description: Prose = ""
    search_title: SearchTitle = ""
    search_description: SearchText = ""


Texts = Annotated[dict[Locale, Text], Field(min_length=1, examples=[{"en": {"title": "Leica M3"}}])]


class Remark(Said):
    """What a store says of its own offer, in one language: the state this one is in, how it is sent."""

    description: Prose = ""
    shipping: Annotated[
        str, StringConstraints(strip_whitespace=True, max_length=2000), Field(examples=["Sent insured."])
    ] = ""


Remarks = Annotated[dict[Locale, Remark], Field(examples=[{"en": {"description": "A scratch on the top plate."}}])]
