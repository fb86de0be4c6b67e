"""What orders tells itself, so that nothing that follows a commit is left out: workflows go on, sales are numbered."""

from functions.orders import deciding, waking
from functions.orders.consumers.app import consumer
from functions.orders.model.told import CancellationAsked, OrderPaid, ParkedOrderDecided
from functions.orders.store.numbers import numbers
from kernel.events import Received


@consumer.on("metco.orders", CancellationAsked)
def stop_waiting(event: Received[CancellationAsked]) -> None:
    waking.payment_news(event.data.order_id)


@consumer.on("metco.orders", ParkedOrderDecided)
def go_on(event: Received[ParkedOrderDecided]) -> None:
    deciding.carry_out(event.data.parked_id)


@consumer.on("metco.orders", OrderPaid)
def number(event: Received[OrderPaid]) -> None:
    """After payment, so that no number is lost with an order that came to nothing."""
    for part in event.data.seller_orders:
        numbers().give(event.data.order_id, part.seller_order_id, part.store_id)
