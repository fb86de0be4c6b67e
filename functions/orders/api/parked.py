"""Orders that cannot go on by themselves: operators see why, and decide."""

from functions.orders.api.app import Cursor, Limit, OrderPath, api
from functions.orders.model.parked import DecisionRequest, ParkedOrder, ParkedOrders
from functions.orders.store.parked import parked
from kernel.authz import require
from kernel.http import receipt


@api.get("/v1/parked-orders", permit="manage_orders")
def list_parked_orders(limit: Limit = 20, cursor: Cursor = None) -> ParkedOrders:
    """All orders that wait for a person, those that wait for longest first."""
    require("manage_orders")
    items, more = parked().page(limit=limit, cursor=cursor)
    return ParkedOrders(items=items, cursor=more)


@api.post("/v1/parked-orders/<order_id>/decision", permit="manage_orders")
def decide_parked_order(order_id: OrderPath, asked: DecisionRequest) -> ParkedOrder:
    """Try again what failed, confirm the order without it, or give all the money back and cancel it."""
    me = require("manage_orders")
    return parked().decide(order_id, asked.decision, me.id, receipt)
