"""Placing an order, and finding that it was placed before: by a double click, another tab, or after a lost answer."""

from datetime import datetime

from functions.orders.model.checkouts import Checkout, CheckoutBegun, CheckoutUnderWay
from functions.orders.model.orders import Order, PlacedBefore
from functions.orders.model.quotes import Quote
from functions.orders.rules import placing
from functions.orders.store.orders import orders
from kernel import settings
from kernel.http import earlier_answer, receipt


def place(quote: Quote, asked: Checkout, now: datetime) -> CheckoutBegun:
    """That there is such an order already is found by the transaction itself: nothing is read before it."""
    kept = placing.placed(quote, asked, now)
    begun = answer(kept.order)
    try:
        orders().place(kept, quote.explain, receipt(begun, 202))
    except PlacedBefore:
        if earlier_answer():
            raise  # under the same key: the answer is repeated to the letter
        return answer(orders().order(kept.order.order_id))
    except CheckoutUnderWay as error:
        other = orders().of_basket(quote.basket_id)
        raise CheckoutUnderWay(f"{error.advice} It is {other}." if other else "") from error
    return begun


def placed_before(quote: Quote) -> CheckoutBegun | None:
    """Whoever comes late with a quote that became an order in time has ordered."""
    found = orders().find(placing.order_id_of(quote.quote_id))
    return answer(found) if found else None


def answer(order: Order) -> CheckoutBegun:
    secret = placing.claim_secret(order.order_id, claims_key()) if placing.is_guest(order.buyer_id) else None
    return CheckoutBegun(
        order_id=order.order_id, state=order.state, status_url=f"/v1/orders/{order.order_id}", claim_secret=secret
    )


def quotes_key() -> bytes:
    return settings.key("quote", secret="QUOTES_SECRET_ID")


def claims_key() -> bytes:
    return settings.key("claim")
