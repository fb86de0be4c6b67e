"""An order goes on: paid, cancelled, its buyer's change of mind, what of it is shown to whom."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.orders import events
from functions.orders.model.names import Reason
from functions.orders.model.orders import (
    ClaimInvalid,
    Kept,
    NoSuchOrder,
    Order,
    OrderOver,
    OrderPaidAlready,
    Paying,
    SellerOrder,
)
from functions.orders.model.shown import OrderShown, OrderSummary, PaymentOfOrder, StoreOrder
from functions.orders.model.tasks import Stopped
from functions.orders.rules import states
from functions.orders.rules.placing import is_guest
from functions.orders.rules.progress import Step
from kernel.events import Data

PAY_PAGE = "/v1/pay"
TIMED_OUT = "States.Timeout"  # as the workflow calls it
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,79}")

# What ended a checkout, by the code of the refusal, in whichever domain it was.
REASONS: Mapping[str, Reason] = {
    "quote_changed": "quote_changed",
    "price_outdated": "quote_changed",
    "proposal_over": "quote_changed",
    "not_reserved": "quote_changed",
    "out_of_stock": "out_of_stock",
    "basket_too_scattered": "out_of_stock",
    "promotion_used_up": "promotion_used_up",
    "promotion_over": "promotion_used_up",
    "promotion_not_for_buyer": "promotion_used_up",
    "not_enough_credits": "not_enough_credits",
    "payment_failed": "payment_failed",
    "payment_ended": "payment_failed",
    "amount_too_small": "payment_failed",
    "amount_too_large": "payment_failed",
    "not_chargeable": "payment_failed",
    "method_not_offered": "payment_failed",
    "saved_method_unknown": "payment_failed",
    "expired": "expired",
    "by_buyer": "by_buyer",
    "screened": "screened",
    "refunded": "refunded",
}


def reason_of(stopped: Stopped, order: Order) -> Reason:
    """Whoever asked for an end of it is told that, and not what came of it at the bank."""
    if stopped.outcome == "refund":
        return "refunded"
    if stopped.error == TIMED_OUT:
        return "expired"
    reason = REASONS.get(stopped.code, "failed")
    return "by_buyer" if reason == "payment_failed" and order.cancel_asked_at else reason


def why(trouble: Stopped) -> str:
    """What stopped an order, as far as a person can use it: a refusal's code or a failure's name, never all it said."""
    return next((word for word in (trouble.code, trouble.cause, trouble.error) if PLAIN.fullmatch(word)), "failure")


def confirmed(order: Order, payment_id: str | None, now: datetime) -> Order | None:
    """None: it is already."""
    if order.state == "cancelled":
        raise OrderOver()
    if order.state != "pending":
        return None
    paying = order.paying.model_copy(update={"payment_id": payment_id, "client_secret": ""})
    state = states.after(states.ORDER, order.state, "pay")
    return _next(order, state=state, paying=paying, confirmed_at=now)


def cancelled(order: Order, reason: Reason, now: datetime) -> Order | None:
    """None: it is already. What is paid is only cancelled by giving the money back."""
    if order.state == "cancelled":
        return None
    if order.state != "pending" and reason != "refunded":
        raise OrderPaidAlready()
    state = states.after(states.ORDER, order.state, "cancel")
    return _next(order, state=state, reason=reason, cancelled_at=now)


def asked_to_cancel(order: Order, now: datetime) -> Order | None:
    """None: that was asked before, or it is over anyway."""
    if order.state == "cancelled" or order.cancel_asked_at:
        return None
    if order.state != "pending":
        raise OrderPaidAlready()
    return _next(order, cancel_asked_at=now)


def to_be_paid(order: Order, payment_id: str, client_secret: str) -> Order | None:
    """None: that is known."""
    paying = order.paying
    if order.state != "pending" or (paying.payment_id, paying.client_secret) == (payment_id, client_secret):
        return None
    known = {"payment_id": payment_id, "client_secret": client_secret}
    return _next(order, paying=paying.model_copy(update=known))


def claimed(order: Order, owner_id: str) -> Order | None:
    """None: it is theirs. What is in somebody's account is nobody else's, whoever was told the secret."""
    if order.owner_id == owner_id:
        return None
    if not is_guest(order.owner_id):
        raise ClaimInvalid()
    return _next(order, owner_id=owner_id)


def stepped(kept: Kept, step: Step, now: datetime) -> Kept:
    """The whole, after something became of one part: as far as its parts are, with what lies beside them.

    What is told to nobody and leaves the part where it is changes nothing of the order itself.
    """
    was, order = kept.part(step.part.seller_order_id), kept.order
    part = step.part.model_copy(update={"version": was.version + 1})
    parts = [part if one.seller_order_id == part.seller_order_id else one for one in kept.parts]
    changed: dict[str, Any] = {"state": states.of_whole(order.state, [one.state for one in parts])}
    if changed["state"] == "cancelled":
        changed |= {"reason": part.reason, "cancelled_at": now}
    if step.told or part.state != was.state:
        changed["version"] = order.version + max(1, len(step.told))
    new = {parcel.parcel_id: parcel for parcel in step.parcels}
    rest = [parcel for parcel in kept.parcels if parcel.parcel_id not in new]
    after = order.model_copy(update=changed)
    beside = {
        "parcels": [*rest, *new.values()],
        "refunds": [*{one.refund_id: one for one in (*kept.refunds, *step.refunds)}.values()],
        "returns": [*{one.return_id: one for one in (*kept.returns, *step.returns)}.values()],
    }
    return kept.model_copy(update={"order": after, "parts": parts, **beside})


def noted(order: Order) -> Order:
    """As it was: something happened to it that its history has to tell in the right place."""
    return _next(order)


def _next(order: Order, **changed: Any) -> Order:
    return order.model_copy(update={**changed, "version": order.version + 1})


# What is told


def started(order: Order) -> Data:
    return events.CheckoutStarted(
        **_named(order, "order_id", "quote_id", "buyer_id", "basket_id", "basket_version", "store_ids"),
        total=order.totals.total,
        credits=order.paying.credits,
        method=order.paying.method,
    )


def told_paid(kept: Kept) -> Data:
    order = kept.order
    return events.OrderPaid(
        **_named(order, "order_id", "buyer_id", "basket_id", "basket_version"),
        payment_id=order.paying.payment_id,
        total=order.totals.total,
        credits=order.paying.credits,
        card=order.paying.card,
        seller_orders=[_told_part(part) for part in kept.parts],
    )


def told_wish(order: Order) -> Data:
    return events.CancellationAsked(order_id=order.order_id, buyer_id=order.buyer_id)


def told_cancelled(kept: Kept, reason: Reason) -> Data:
    """`kept`: as it was until now."""
    said = _named(kept.order, "order_id", "buyer_id", "basket_id", "store_ids")
    was_paid = kept.order.state != "pending"
    never_sent = was_paid and not any(parcel.sent_at for parcel in kept.parcels)
    return events.OrderCancelled(**said, reason=reason, was_paid=was_paid, never_sent=never_sent)


def _told_part(part: SellerOrder) -> events.PartOrdered:
    wanted = events.LineOrdered.model_fields
    lines = [events.LineOrdered(**{name: getattr(line, name) for name in wanted}) for line in part.lines]
    return events.PartOrdered(
        seller_order_id=part.seller_order_id, store_id=part.store_id, total=part.total, lines=lines
    )


def _named(order: Order, *names: str) -> dict[str, Any]:
    return {name: getattr(order, name) for name in names}


# What is shown


def shown(kept: Kept) -> OrderShown:
    order = kept.order
    return OrderShown(
        **_named(order, "order_id", "state", "reason", "currency", "totals", "placed_at", "version"),
        **_named(order, "confirmed_at", "cancelled_at", "cancel_asked_at"),
        payment=_payment(order.paying, payable=order.state == "pending" and not order.cancel_asked_at),
        seller_orders=kept.parts,
        parcels=kept.parcels,
        refunds=kept.refunds,
        returns=kept.returns,
        address=kept.address,
        email=kept.email,
    )


def _payment(paying: Paying, *, payable: bool) -> PaymentOfOrder:
    secret = paying.client_secret if payable else ""
    return PaymentOfOrder(
        payment_id=paying.payment_id,
        client_secret=secret or None,
        pay_url=f"{PAY_PAGE}#{secret}" if secret else None,
        pay_by=paying.pay_by,
        credits=paying.credits,
        card=paying.card,
    )


def summary(order: Order) -> OrderSummary:
    return OrderSummary(
        **_named(order, "order_id", "state", "reason", "pieces", "store_ids", "placed_at"), total=order.totals.total
    )


def for_store(kept: Kept, seller_order_id: str) -> StoreOrder:
    """Before it is paid, it is none of the store's business."""
    part = kept.part(seller_order_id)
    if not part.confirmed_at:
        raise NoSuchOrder()
    return StoreOrder(
        **dict(part),
        parcels=kept.parcels_of(seller_order_id),
        refunds=[one for one in kept.refunds if one.seller_order_id == seller_order_id],
        returns=[one for one in kept.returns if one.seller_order_id == seller_order_id],
        address=kept.address,
    )
