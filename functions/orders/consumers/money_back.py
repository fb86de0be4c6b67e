"""Refunds and returns that were asked for begin their workflows; and what payments tells of refunds on their way."""

from functions.orders import refunding, returning
from functions.orders.consumers.app import consumer
from functions.orders.model.told import RefundAsked, RefundFailed, RefundSettled, ReturnMoved
from functions.orders.rules import returns as rules
from functions.orders.store.orders import orders
from kernel.events import Received


@consumer.on("metco.orders", RefundAsked)
def give_back(event: Received[RefundAsked]) -> None:
    refunding.begin(event.data.order_id, event.data.refund_id)


@consumer.on("metco.orders", ReturnMoved)
def work_for(event: Received[ReturnMoved]) -> None:
    """Where others have a part in it. What is so no more, its workflow finds."""
    told = event.data
    one = orders().whole(told.order_id).returning(told.return_id)
    if one.state == told.state and rules.to_do(one) != "over":
        returning.begin(told.order_id, told.return_id, told.state)


@consumer.on("metco.payments", RefundSettled)
def arrived(event: Received[RefundSettled]) -> None:
    refunding.heard(event.data.refund_id, "send")


@consumer.on("metco.payments", RefundFailed)
def credited(event: Received[RefundFailed]) -> None:
    """The books have given it as credits."""
    refunding.heard(event.data.refund_id, "credit")
