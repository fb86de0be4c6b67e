"""What the books tell of sales: what held a store's money back is decided, so it is tried to release it again."""

from functions.orders import settling
from functions.orders.consumers.app import consumer
from functions.orders.model.settling import SaleUnfrozen
from kernel.events import Received


@consumer.on("metco.ledger", SaleUnfrozen)
def thaw(event: Received[SaleUnfrozen]) -> None:
    if not event.data.freezes:
        settling.thaw(event.data.order_id, event.data.seller_order_id)
