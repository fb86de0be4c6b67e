"""Begins the workflow of each order that is placed: its event is in the order's own commit, so none is forgotten."""

from functions.orders import workflow
from functions.orders.consumers.app import consumer
from functions.orders.model.begun import CheckoutStarted
from kernel.events import Received


@consumer.on("metco.orders", CheckoutStarted)
def checkout_started(event: Received[CheckoutStarted]) -> None:
    workflow.begin("checkout", event.data.order_id, {"order_id": event.data.order_id})
