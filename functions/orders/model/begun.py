"""What orders hears of its own checkouts."""

from functions.orders.model.names import OrderId
from kernel.events import Seen


class CheckoutStarted(Seen):
    order_id: OrderId
