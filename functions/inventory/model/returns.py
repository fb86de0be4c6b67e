"""What comes back of what an order had bought: it was never sent, or its buyer sent it back."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.inventory.model.names import OrderId, ReservationId, Version
from functions.inventory.model.reservations import LINES, Line, Taking
from kernel import ids
from kernel.http import Answer
from kernel.tasks import Asked, Outcome

Cause = Annotated[str, StringConstraints(pattern=rf"^(rfd|ret)_{ids.PATTERN}$")]


class TakeBack(Asked):
    """`reference` is the refund or the return it is for: once for each.

    `instead`: what stands for orders' reservations of pieces that were sent in exchange, the latest first.
    """

    order_id: OrderId
    reference: Cause
    lines: Annotated[list[Line], Field(max_length=LINES)]
    instead: Annotated[list[OrderId], Field(max_length=LINES)] = Field(default_factory=list)


class CameBack(Answer):
    reference: Cause
    takings: list[Taking]


class Returned(Answer):
    """All that came back of one reservation."""

    reservation_id: ReservationId
    items: list[CameBack] = Field(default_factory=list)
    version: Version = 0


class TakenBack(Outcome):
    """`units` is how many went back to be sold: what is not counted, or was never taken, does not."""

    outcome: Literal["taken_back"] = "taken_back"
    units: int
