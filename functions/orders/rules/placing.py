"""What becomes of a quote that somebody orders: one order, and a part of it for each store."""

import base64
import hashlib
import hmac
from datetime import datetime

from functions.orders.model.addresses import DeliveryAddress, EmailMissing, Person
from functions.orders.model.checkouts import (
    Checkout,
    CreditsExceedOrder,
    CreditsNeedAccount,
    SavedMethodNeedsAccount,
)
from functions.orders.model.orders import Kept, Order, OrderLine, Paying, SellerOrder, Sending, Totals, Use
from functions.orders.model.quotes import Quote
from functions.orders.rules import deadlines
from kernel import ids
from kernel.money import Money

GUEST = "gst_"


def order_id_of(quote_id: str) -> str:
    """A quote is ordered once, however often its buyer says so."""
    return ids.derived_id("ord", quote_id)


def seller_order_id_of(order_id: str, store_id: str) -> str:
    return ids.derived_id("slo", order_id, store_id)


def claim_secret(order_id: str, key: bytes) -> str:
    """Nothing is kept of it, so nothing can be lost: the answer to a repetition has the same one."""
    return base64.urlsafe_b64encode(hmac.digest(key, order_id.encode(), hashlib.sha256)[:24]).decode()


def claims(order_id: str, key: bytes, secret: str) -> bool:
    return hmac.compare_digest(claim_secret(order_id, key).encode(), secret.encode())


def is_guest(buyer_id: str) -> bool:
    return buyer_id.startswith(GUEST)


def check_asked(quote: Quote, asked: Checkout) -> None:
    if is_guest(quote.buyer_id):
        if asked.credits:
            raise CreditsNeedAccount()
        if asked.payment.payment_method_id:
            raise SavedMethodNeedsAccount()
        if not asked.email:
            raise EmailMissing()
    if asked.credits and (asked.credits.currency != quote.currency or asked.credits > quote.totals.total):
        raise CreditsExceedOrder()


def placed(quote: Quote, asked: Checkout, now: datetime) -> Kept:
    order_id, stores = order_id_of(quote.quote_id), list(dict.fromkeys(line.store_id for line in quote.lines))
    by_credits = asked.credits or Money.zero(quote.currency)
    method = asked.payment.method
    order = Order(
        order_id=order_id,
        quote_id=quote.quote_id,
        buyer_id=quote.buyer_id,
        owner_id=quote.buyer_id,
        basket_id=quote.basket_id,
        basket_version=quote.basket_version,
        currency=quote.currency,
        totals=Totals(**quote.totals.model_dump()),
        paying=Paying(
            credits=by_credits,
            card=quote.totals.total - by_credits,
            method=method,
            payment_method_id=asked.payment.payment_method_id,
            pay_by=deadlines.pay_by(method, now),
        ),
        uses=[Use(promotion_id=one.promotion_id, code=one.code, uses=one.uses) for one in quote.uses],
        store_ids=stores,
        pieces=sum(line.quantity for line in quote.lines),
        placed_at=now,
    )
    person = _person(asked)
    parts = [_part(quote, order_id, store_id, now) for store_id in stores]
    return Kept(order=order, parts=parts, address=person.address, email=person.email)


def _part(quote: Quote, order_id: str, store_id: str, now: datetime) -> SellerOrder:
    lines = [OrderLine(**line.model_dump(exclude={"store_id"})) for line in quote.lines if line.store_id == store_id]
    sent = next((one for one in quote.shipping if one.store_id == store_id), None)
    total = sum((line.total for line in lines), sent.total if sent else Money.zero(quote.currency))
    return SellerOrder(
        seller_order_id=seller_order_id_of(order_id, store_id),
        order_id=order_id,
        store_id=store_id,
        lines=lines,
        shipping=Sending(**sent.model_dump(exclude={"store_id"})) if sent else None,
        total=total,
        placed_at=now,
    )


def _person(asked: Checkout) -> Person:
    address = DeliveryAddress(**asked.address.model_dump()) if asked.address else None
    return Person(address=address, email=asked.email or "")
