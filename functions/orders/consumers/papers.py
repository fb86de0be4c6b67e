"""A refund that is booked has its credit note: under a number of the store's own, once."""

from functions.orders.consumers.app import consumer
from functions.orders.model.told_of_goods import RefundCarriedOut
from functions.orders.store.credit_notes import credit_notes
from functions.orders.store.orders import orders
from kernel.events import Received


@consumer.on("metco.orders", RefundCarriedOut)
def note(event: Received[RefundCarriedOut]) -> None:
    told = event.data
    refund = orders().whole(told.order_id).refund(told.refund_id)
    credit_notes().issue(told.order_id, refund.store_id, refund.seller_order_id, refund.refund_id, refund.lines)
