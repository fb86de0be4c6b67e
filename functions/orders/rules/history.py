"""What happened to an order, from its events: they are kept for ever, so nothing else has to be."""

from collections.abc import Iterable, Mapping
from typing import Any

from functions.orders.model.shown import Happening, History

# What concerns its buyer. That an operator looked at it, and why it stood still meanwhile, does not.
TOLD = (
    "CheckoutStarted",
    "CancellationAsked",
    "OrderPaid",
    "OrderCancelled",
    "OrderClaimed",
    "SellerOrderBegun",
    "ParcelSent",
    "ParcelMoved",
    "SellerOrderShipped",
    "DeliveryAsked",
    "SellerOrderDelivered",
    "SellerOrderCompleted",
    "LinesCancelled",
    "AddressChanged",
    "RefundAsked",
    "RefundCarriedOut",
    "ReturnMoved",
)


def told(envelopes: Iterable[Mapping[str, Any]]) -> History:
    seen = [(one["metadata"], one["data"]) for one in envelopes if one["metadata"]["type"] in TOLD]
    items = [
        Happening(
            what=metadata["type"],
            at=metadata["occurred_at"],
            seller_order_id=data.get("seller_order_id"),
            reason=data.get("reason"),
        )
        for metadata, data in seen
    ]
    return History(items=items)
