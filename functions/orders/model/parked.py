"""Orders that wait for a person: where they stopped, why, and what was decided."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from functions.orders.model.names import OrderId, Version
from kernel.errors import Conflict, NotFound
from kernel.http import Answer, Request

Decided = Literal["retry", "confirm", "refund"]
Step = Annotated[
    Literal["paid", "cancelling"],
    Field(examples=["paid"], description="Whether the money is there and all is to be sold, or all is to be undone."),
]
Why = Annotated[str, Field(examples=["reservation_over"], description="The refusal, or what failed.")]


class ParkedOrder(Answer):
    order_id: OrderId
    step: Step
    why: Why = ""
    since: datetime
    decided: Annotated[Decided | None, Field(examples=[None])] = None
    version: Version


class ParkedOrders(Answer):
    items: list[ParkedOrder]
    cursor: Annotated[str | None, Field(examples=["eyJwayI6Ii4uLiJ9"])] = None


class DecisionRequest(Request):
    """Try the step again, take the order as confirmed without it, or give the money back and cancel."""

    decision: Annotated[Decided, Field(examples=["retry"])]


class KeptParked(ParkedOrder):
    token: str


class NotParked(NotFound):
    code = NotFound.code
    title = NotFound.title


class DecidedAlready(Conflict):
    """Somebody has decided this already."""
