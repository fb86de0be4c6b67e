"""Returns: a buyer asks, a store answers, the goods travel, and what they are worth goes back or is sent again."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.orders import returning
from functions.orders.api.app import OrderPath, PartPath, StorePath, api
from functions.orders.model.names import ReturnId
from functions.orders.model.returns import Inspection, Return, ReturnAnswer, ReturnRequest, ReturnSent
from functions.orders.rules import placing
from functions.orders.store.orders import orders
from kernel import ids
from kernel.authz import require
from kernel.http import receipt

ReturnPath = Annotated[ReturnId, Path()]


@api.post("/v1/orders/<order_id>/seller-orders/<seller_order_id>/returns", permit="return_goods", status_code=202)
def request_return(order_id: OrderPath, seller_order_id: PartPath, asked: ReturnRequest) -> Return:
    """Something is to go back to its store. Until that is decided, the store does not get the money for it."""
    require("return_goods", owner=orders().order(order_id).owner_id)
    return returning.request(order_id, seller_order_id, asked, ids.new_id("ret"), lambda one: receipt(one, 202))


@api.post("/v1/orders/<order_id>/returns/<return_id>/withdraw", permit="return_goods")
def withdraw_return(order_id: OrderPath, return_id: ReturnPath) -> Return:
    """You keep it, and have not sent it."""
    require("return_goods", owner=orders().order(order_id).owner_id)
    return returning.withdraw(order_id, return_id, receipt)


@api.post("/v1/orders/<order_id>/returns/<return_id>/sent", permit="return_goods")
def send_return(order_id: OrderPath, return_id: ReturnPath, asked: ReturnSent) -> Return:
    """It is on its way back."""
    require("return_goods", owner=orders().order(order_id).owner_id)
    return returning.sent(order_id, return_id, asked, receipt)


@api.post("/v1/stores/<store_id>/orders/<order_id>/returns/<return_id>/answer", permit="fulfil_orders")
def answer_return(store_id: StorePath, order_id: OrderPath, return_id: ReturnPath, asked: ReturnAnswer) -> Return:
    """Take it back, or not. No answer in time is a yes."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return returning.answer(order_id, part, return_id, asked, receipt)


@api.post("/v1/stores/<store_id>/orders/<order_id>/returns/<return_id>/received", permit="fulfil_orders")
def receive_return(store_id: StorePath, order_id: OrderPath, return_id: ReturnPath) -> Return:
    """It has arrived."""
    require("fulfil_orders", store=store_id)
    return returning.received(order_id, placing.seller_order_id_of(order_id, store_id), return_id, receipt)


@api.post("/v1/stores/<store_id>/orders/<order_id>/returns/<return_id>/inspection", permit="fulfil_orders")
def inspect_return(store_id: StorePath, order_id: OrderPath, return_id: ReturnPath, asked: Inspection) -> Return:
    """Say what is as it should be: for that the money goes back, or other pieces are sent. What is not, is not paid."""
    require("fulfil_orders", store=store_id)
    part = placing.seller_order_id_of(order_id, store_id)
    return returning.inspect(order_id, part, return_id, asked, receipt)
