"""What a store says in its own words, and how long it may be."""

from typing import Annotated

from pydantic import Field, StringConstraints

Tagline = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=140, pattern=r"^[^\x00-\x1f]*$"),
    Field(examples=["Film cameras, repaired and warranted"]),
]
Prose = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=5000, pattern=r"^[^\x00-\x09\x0b-\x1f]*$"),
    Field(examples=["We repair and sell cameras from before the pixel."]),
]
