"""What became of orders for which credits are still set aside."""

from functions.ledger.consumers.app import consumer
from functions.ledger.model.told.orders import OrderFinal
from functions.ledger.store.holds import holds
from kernel.events import Received


@consumer.on("metco.orders", OrderFinal)
def let_go(event: Received[OrderFinal]) -> None:
    holds().final(event.data.order_id, paid=event.data.how == "paid")
