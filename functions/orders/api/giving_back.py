"""What is not sent after all, and money that goes back: by its buyer's, its store's or an operator's word."""

from functions.orders import cancelling, refunding
from functions.orders.api.app import OrderPath, PartPath, StorePath, api
from functions.orders.model.addresses import SentTo
from functions.orders.model.refunds import CancelLines, GiveBack, MoneyBack, OperatorGivesBack
from functions.orders.model.shown import OrderShown, StoreOrder
from functions.orders.rules import orders as rules
from functions.orders.rules import placing
from functions.orders.store.orders import orders
from kernel import ids
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/orders/<order_id>/seller-orders/<seller_order_id>/cancel", permit="change_order")
def cancel_seller_order(order_id: OrderPath, seller_order_id: PartPath, asked: CancelLines) -> OrderShown:
    """You do not want some of it any more, or none, and its store has not begun to pack it. Your money goes back."""
    require("change_order", owner=orders().order(order_id).owner_id)
    refund_id = ids.new_id("rfd")
    kept = cancelling.by_buyer(
        order_id, seller_order_id, asked.lines, refund_id, lambda after: receipt(rules.shown(after))
    )
    return rules.shown(kept)


@api.put("/v1/orders/<order_id>/address", permit="change_order")
def change_address(order_id: OrderPath, asked: SentTo) -> OrderShown:
    """Have it sent to another door of the same place, while nothing is sent yet."""
    require("change_order", owner=orders().order(order_id).owner_id)
    return rules.shown(cancelling.change_address(order_id, asked, lambda after: receipt(rules.shown(after))))


@api.post("/v1/stores/<store_id>/orders/<order_id>/cancel", permit="fulfil_orders")
def cancel_store_lines(store_id: StorePath, order_id: OrderPath, asked: CancelLines) -> StoreOrder:
    """You cannot send some of it, or all that is left. The buyer gets the money back, and your stock the pieces."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    refund_id = ids.new_id("rfd")
    kept = cancelling.by_store(
        order_id, part, asked.lines, refund_id, lambda after: receipt(rules.for_store(after, part))
    )
    return rules.for_store(kept, part)


@api.post("/v1/stores/<store_id>/orders/<order_id>/refunds", permit="fulfil_orders", status_code=201)
def give_back(store_id: StorePath, order_id: OrderPath, asked: GiveBack) -> MoneyBack:
    """Give your buyer a part of the price back, because something is not quite as it should be."""
    require("fulfil_orders", store=store_id)
    part, refund_id = placing.seller_order_id_of(order_id, store_id), ids.new_id("rfd")
    kept = refunding.by_store(
        order_id, part, asked.lines, refund_id, lambda after: receipt(after.refund(refund_id), 201)
    )
    return kept.refund(refund_id)


@api.post("/v1/orders/<order_id>/seller-orders/<seller_order_id>/refunds", permit="manage_orders", status_code=201)
def give_back_as_operator(order_id: OrderPath, seller_order_id: PartPath, asked: OperatorGivesBack) -> MoneyBack:
    """Give a buyer a part of the price back on a store's account, by the way it was paid or as credits."""
    me, refund_id = require("manage_orders"), ids.new_id("rfd")
    kept = refunding.by_operator(
        order_id,
        seller_order_id,
        asked.lines,
        refund_id,
        as_credits=asked.as_credits,
        operator_id=me.id,
        receipt=lambda after: receipt(after.refund(refund_id), 201),
    )
    return kept.refund(refund_id)
