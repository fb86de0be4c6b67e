"""What people are shown without asking for it: what they looked at, what others buy, what is looked at now."""

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from functions.search.model.hits import SearchHit
from functions.search.model.names import ProductId
from kernel.errors import Conflict, Invalid
from kernel.events import Seen
from kernel.http import Answer, Request

OrderRef = Annotated[
    str,
    StringConstraints(pattern=r"^[\x21-\x7e]{1,64}$"),
    Field(examples=["2025-000173"], description="The order's number in the system it was made in."),
]


class Purchase(Request):
    """An order that was paid: what was in it, and nothing about who bought it."""

    order_id: OrderRef
    ordered_at: AwareDatetime
    products: Annotated[list[ProductId], Field(min_length=1, max_length=40)]


class Purchases(Request):
    orders: Annotated[list[Purchase], Field(min_length=1, max_length=100)]


class PurchasesTaken(Answer):
    """How many were new, and how many were learned from before."""

    taken: Annotated[int, Field(ge=0, examples=[100])]
    repeated: Annotated[int, Field(ge=0, examples=[0])]


class Recommended(Answer):
    """`degraded`: the index is away for a moment, and there is nothing to recommend without it."""

    items: list[SearchHit]
    degraded: bool = False


class Viewed(Answer):
    """Something looked at, and its offer to show first; none, if nobody sells it just now."""

    product_id: ProductId
    viewed_at: datetime
    offer: SearchHit | None


class ViewedList(Answer):
    items: list[Viewed]
    degraded: bool = False


class Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    kind: str
    at: datetime
    product_id: str | None = None


class ActivitySeen(Seen):
    visitor_id: str | None = None
    acts: list[Act]


class LineBought(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    product_id: str


class PartBought(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    lines: list[LineBought]


class OrderPaid(Seen):
    """Who bought it is told, and not looked at."""

    order_id: str
    seller_orders: list[PartBought]


class NotYetOrdered(Invalid):
    """Some of these orders are dated later than now."""


class ViewsChanged(Conflict):
    """What was looked at changed at this moment. Repeat the request."""


class LearnedBefore(Conflict):
    """Some of these orders were learned from before. They count once."""
