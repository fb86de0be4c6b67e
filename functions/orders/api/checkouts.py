"""A quote becomes an order: at once, and only once."""

from functions.orders import ordering
from functions.orders.api.app import api
from functions.orders.model.checkouts import Checkout, CheckoutBegun
from functions.orders.rules import placing
from functions.orders.rules import quotes as rules
from kernel import authz, clock
from kernel.authz import require


@api.post("/v1/checkouts", permit="check_out", status_code=202)
def check_out(asked: Checkout) -> CheckoutBegun:
    """Order what a quote says, for what it says. Sent again, it is the same order: nobody orders twice by accident."""
    me, now = require("check_out", owner=authz.principal().id), clock.now()
    quote = rules.read(asked.quote, ordering.quotes_key())
    rules.check_buyer(quote, me.id)
    if quote.over_at(now) and (begun := ordering.placed_before(quote)):
        return begun
    rules.check(quote, now)
    rules.check_address(quote, asked.address)
    placing.check_asked(quote, asked)
    return ordering.place(quote, asked, now)
