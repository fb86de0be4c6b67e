"""A store packs and sends its part, says what becomes of its parcels, and the buyer says that all is there."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.orders import fulfilling
from functions.orders.api.app import OrderPath, PartPath, StorePath, api
from functions.orders.model.names import ParcelId
from functions.orders.model.parcels import Parcel, ParcelNews, ParcelSentBy
from functions.orders.model.shown import OrderShown, StoreOrder
from functions.orders.rules import orders as rules
from functions.orders.rules import placing
from functions.orders.store.orders import orders
from kernel import ids
from kernel.authz import require
from kernel.http import receipt

ParcelPath = Annotated[ParcelId, Path()]


@api.post("/v1/stores/<store_id>/orders/<order_id>/begin", permit="fulfil_orders")
def begin_store_order(store_id: StorePath, order_id: OrderPath) -> StoreOrder:
    """You pick and pack it: from now on its buyer cannot cancel it alone."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    kept = fulfilling.begin(order_id, part, lambda after: receipt(rules.for_store(after, part)))
    return rules.for_store(kept, part)


@api.post("/v1/stores/<store_id>/orders/<order_id>/parcels", permit="fulfil_orders", status_code=201)
def send_parcel(store_id: StorePath, order_id: OrderPath, asked: ParcelSentBy) -> Parcel:
    """A parcel is on its way: with all that is left to send, or with the pieces you name."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return fulfilling.send(order_id, part, ids.new_id("pcl"), asked, lambda parcel: receipt(parcel, 201))


@api.post("/v1/stores/<store_id>/orders/<order_id>/parcels/<parcel_id>/moves", permit="fulfil_orders")
def move_parcel(store_id: StorePath, order_id: OrderPath, parcel_id: ParcelPath, news: ParcelNews) -> Parcel:
    """Say what became of a parcel. What is lost, or comes back, is to be sent again or cancelled."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return fulfilling.move(order_id, part, parcel_id, news.move, receipt)


@api.post("/v1/orders/<order_id>/seller-orders/<seller_order_id>/received", permit="receive_order")
def receive_order(order_id: OrderPath, seller_order_id: PartPath) -> OrderShown:
    """You have all that this store has sent. You can still object for a time; then the store gets its money."""
    require("receive_order", owner=orders().order(order_id).owner_id)
    kept = fulfilling.receive(order_id, seller_order_id, "buyer", lambda after: receipt(rules.shown(after)))
    return rules.shown(kept)
