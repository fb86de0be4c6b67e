"""What a store has to deliver: its own parts of paid orders, and of each where it goes."""

from functions.orders.api.app import Cursor, Limit, OrderPath, StorePath, api
from functions.orders.model.shown import StoreOrder, StoreOrderList
from functions.orders.rules import placing
from functions.orders.store.orders import orders
from kernel.authz import require


@api.get("/v1/stores/<store_id>/orders", permit="view_orders")
def list_store_orders(store_id: StorePath, limit: Limit = 20, cursor: Cursor = None) -> StoreOrderList:
    """The store's parts of all paid orders, the latest first."""
    require("view_orders", store=store_id)
    items, more = orders().of_store(store_id, limit=limit, cursor=cursor)
    return StoreOrderList(items=items, cursor=more)


@api.get("/v1/stores/<store_id>/orders/<order_id>", permit="view_orders")
def read_store_order(store_id: StorePath, order_id: OrderPath) -> StoreOrder:
    """The store's part of an order, and where it goes. What the order has from other stores is not shown."""
    require("view_orders", store=store_id)
    return orders().part_of_store(order_id, placing.seller_order_id_of(order_id, store_id))
