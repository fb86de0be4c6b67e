"""Licence keys: sold with a digital offer, each to one buyer, once."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request

AT_ONCE = 40  # of one request, and of one sale: as many as one transaction moves

LicenceKey = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=r"^[\x21-\x7e][\x20-\x7e]{2,198}[\x21-\x7e]$"),
    Field(examples=["QX7T-9K2M-44ZA-PPLE"]),
]


class NewKeys(Request):
    """At most forty at once. What is known already is not added again."""

    keys: Annotated[list[LicenceKey], Field(min_length=1, max_length=AT_ONCE)]


class KeysAdded(Answer):
    added: Annotated[int, Field(ge=0, examples=[40])]
    known: Annotated[int, Field(ge=0, examples=[0], description="That the offer has, or had and sold.")]


class KeyStock(Answer):
    """What an offer has of them. Nobody is told the keys themselves but whoever bought them."""

    free: Annotated[int, Field(ge=0, examples=[38])]
    given: Annotated[int, Field(ge=0, examples=[2])]


class GrantKeys(Answer):
    """What was bought, to be written down: from now on it cannot be given back."""

    keys: list[LicenceKey]


class NoSuchKeys(NotFound):
    code = NotFound.code  # a download without keys and somebody else's answer alike
    title = NotFound.title


class KeysChanged(Conflict):
    """Somebody else has added some of these keys at this moment. Repeat the request."""
