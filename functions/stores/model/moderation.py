"""What operators say about a store, and what they are refused."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kernel.errors import Conflict, Forbidden
from kernel.http import Request

Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    Field(examples=["Buyers did not get what they paid for"]),
]


class Decision(Request):
    """The people of the store read the reason."""

    reason: Reason


class NotYourOwnStore(Forbidden):
    """Nobody decides about a store they work in. Leave it to a colleague."""


class StandsSo(Conflict):
    """The store has this standing already."""
