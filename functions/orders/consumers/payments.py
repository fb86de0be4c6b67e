"""What became of orders' payments: stored, then told to the workflow that waits for it."""

from functions.orders import waking
from functions.orders.consumers.app import consumer
from functions.orders.model.paying import Result
from functions.orders.model.told import PaymentCancelled, PaymentSucceeded
from functions.orders.store.waiting import waiting
from kernel.events import Received


@consumer.on("metco.payments", PaymentSucceeded)
def paid(event: Received[PaymentSucceeded]) -> None:
    _ended(event.data.order_id, "succeeded")


@consumer.on("metco.payments", PaymentCancelled)
def never_paid(event: Received[PaymentCancelled]) -> None:
    _ended(event.data.order_id, "cancelled")


def _ended(order_id: str | None, how: Result) -> None:
    """Credits are bought without an order."""
    if order_id:
        waiting().hear(order_id, how)
        waking.payment_news(order_id)
