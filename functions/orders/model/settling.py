"""What the workflow that gives a store its money asks of orders, and what it is answered; what the books tell of it."""

from typing import Literal

from functions.orders.model.names import OrderId, SellerOrderId
from kernel.events import Seen
from kernel.tasks import Asked, Outcome


class OfPart(Asked):
    order_id: OrderId
    seller_order_id: SellerOrderId


class PauseSettlement(OfPart):
    """`attempt`: whose workflow met a freeze."""

    attempt: int


class Settled(Outcome):
    outcome: Literal["completed", "paused"]


class SaleUnfrozen(Seen):
    """`freezes`: what else holds its money back."""

    order_id: str
    seller_order_id: str
    freezes: int
