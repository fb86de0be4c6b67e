"""Requests for products of the global database: whoever misses one describes it, a moderator decides."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.catalog.model.items import NewProduct
from functions.catalog.model.names import CategoryId, ProductId, StoreId, UserId, Version
from functions.catalog.model.texts import Title
from kernel import ids
from kernel.errors import Conflict, Forbidden, NotFound, TooManyRequests
from kernel.http import Answer, Request

RequestId = Annotated[str, StringConstraints(pattern=ids.pattern("req"))]
RequestState = Literal["waiting", "claimed", "approved", "rejected", "withdrawn"]
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00-\x09\x0b-\x1f]*$"),
    Field(examples=["The maker's page: https://example.com/m3"]),
]
Reason = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=500),
    Field(examples=["It is there already, under its full name"]),
]


class ProductRequest(Answer):
    """A product that somebody misses. Who looks at it stays between moderators."""

    request_id: RequestId
    requester_id: UserId
    store_id: Annotated[StoreId | None, Field(examples=[None])] = None
    product: NewProduct
    note: Note = ""
    state: RequestState = "waiting"
    reason: Annotated[str, Field(examples=[""])] = ""
    product_id: Annotated[
        ProductId | None,
        Field(examples=[None], description="What it has become, or what was there already."),
    ] = None
    submitted_at: datetime
    version: Version = 1


class KeptRequest(ProductRequest):
    moderator_id: str = ""
    claimed_at: datetime | None = None


# What people send


class Wanted(Request):
    """Described as the product is to be. `note` is for the moderator alone: where to read about it, for example."""

    product: NewProduct
    note: Note = ""


class Approval(Request):
    """`product` is sent where the moderator has put something right; else it becomes what was requested."""

    reason: Reason
    product: Annotated[NewProduct | None, Field(examples=[None])] = None


class Rejection(Request):
    """Whoever asked reads the reason. `product_id` is the product that is there already, if that is the reason."""

    reason: Reason
    product_id: Annotated[ProductId | None, Field(examples=[None])] = None


# What people get


class RequestList(Answer):
    items: list[ProductRequest]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


class WaitingRequest(Answer):
    request_id: RequestId
    title: Title
    category_id: Annotated[CategoryId | None, Field(examples=[None])] = None
    submitted_at: datetime
    claimed_by: Annotated[str, Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"])] = ""


class RequestQueue(Answer):
    """The longest waiting first."""

    items: list[WaitingRequest]
    cursor: Annotated[str | None, Field(examples=["q1Zx0mV…"])] = None


# What can be refused


class NoSuchRequest(NotFound):
    code = NotFound.code  # a missing request and someone else's answer alike
    title = NotFound.title


class RequestClosed(Conflict):
    """This request was decided, withdrawn, or is with a moderator: it cannot be changed now."""


class RequestNotWaiting(Conflict):
    """This request waits for no such step: it was claimed by somebody else, decided, or withdrawn."""


class RequestChanged(Conflict):
    """The request changed in the meantime. Read it again, then repeat."""


class TooManyProductRequests(TooManyRequests):
    """Twenty requests a day are the limit."""


class NotYourOwnRequest(Forbidden):
    """Nobody decides about what they asked for themself, or their store. Leave it to a colleague."""
