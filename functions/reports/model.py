"""What people do in a shop: what clients send of it, and what can be refused."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kernel import ids
from kernel.errors import Conflict, Invalid, TooManyRequests
from kernel.http import Answer, Request

AT_ONCE = 50

ActivityId = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$"),
    Field(examples=["0f8fad5bd9cb469fa16570867728950e"], description="Drawn at random by the client, once for each."),
]
ProductId = Annotated[str, StringConstraints(pattern=ids.pattern("prd"))]
StoreId = Annotated[str, StringConstraints(pattern=ids.pattern("sto"))]
VisitorId = Annotated[
    str,
    StringConstraints(pattern=rf"^(usr|gst)_{ids.PATTERN}$"),
    Field(examples=["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]),
]
Kind = Literal["product_viewed", "store_viewed", "searched", "result_chosen", "cart_added", "cart_removed"]
NEEDS = {
    "product_viewed": "product_id",
    "result_chosen": "product_id",
    "cart_added": "product_id",
    "cart_removed": "product_id",
    "store_viewed": "store_id",
    "searched": "query",
}


class Activity(Request):
    """One thing that somebody did. What a kind is about has to be named: a product, a store, a query."""

    id: ActivityId
    kind: Kind
    at: Annotated[AwareDatetime | None, Field(description="Now, if not sent.")] = None
    product_id: ProductId | None = None
    store_id: StoreId | None = None
    query: Annotated[str | None, Field(max_length=200, examples=["film camera"])] = None
    results: Annotated[int | None, Field(ge=0, le=10**9, examples=[12])] = None
    position: Annotated[int | None, Field(ge=1, le=10_000, examples=[3])] = None

    @model_validator(mode="after")
    def _names_what_it_is_about(self) -> Self:
        if getattr(self, NEEDS[self.kind]) is None:
            raise ValueError(f"{self.kind} needs {NEEDS[self.kind]}")
        return self


class Activities(Request):
    """What somebody did, as it was collected. Without consent it counts, and nobody is kept with it."""

    consent: Annotated[bool, Field(description="Whether the person agreed to be remembered with what they do.")]
    activities: Annotated[list[Activity], Field(min_length=1, max_length=AT_ONCE)]


class Taken(Answer):
    """How many were new, and how many were known from an earlier sending."""

    taken: Annotated[int, Field(ge=0, examples=[2])]
    repeated: Annotated[int, Field(ge=0, examples=[0])]


class Done(Answer):
    """What happened, as it is kept: by whom only where they agreed, and when at the latest by our own clock."""

    id: ActivityId
    kind: Kind
    at: datetime
    product_id: ProductId | None = None
    store_id: StoreId | None = None
    query: str | None = None
    results: int | None = None
    position: int | None = None


class ActivityRefused(Invalid):
    """Some of this cannot have happened when it says so: later than now, or more than a week ago."""


class TooMuchActivity(TooManyRequests):
    """That is more than a person does. Collect what happens, and send up to fifty at once."""


class SeenBefore(Conflict):
    """Some of this was sent before. It counts once."""


class Forgotten(Conflict):
    """This person has left Metco, and nothing is kept of them."""
