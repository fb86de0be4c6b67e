"""What the workflow that gives a store its money asks of orders, and what it is answered; what the books tell of it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from functions.orders.model.names import OrderId, SellerOrderId
from kernel.events import Seen
from kernel.tasks import Asked, Outcome

FROZEN = "sale_frozen"  # as the books call it


class OfPart(Asked):
    order_id: OrderId
    seller_order_id: SellerOrderId


class Released(BaseModel):
    """What the books said, asked to release its money."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    outcome: str
    code: str = ""


class Settle(OfPart):
    """`attempt`: whose workflow asks."""

    attempt: int
    released: Released


class NotReleased(Exception):
    """The books refuse to release it, and not because it is frozen: asking again changes nothing, a person has to."""


class Settled(Outcome):
    outcome: Literal["completed", "paused"]


class SaleUnfrozen(Seen):
    """`freezes`: what else holds its money back."""

    order_id: str
    seller_order_id: str
    freezes: int
