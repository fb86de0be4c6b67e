"""One payment, as its buyer follows it."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.payments import opening, stripe_api, taking
from functions.payments.api.app import PaymentPath, api
from functions.payments.model.methods import Methods
from functions.payments.model.names import CurrencyCode
from functions.payments.model.payments import Payment, PaymentOfOrder, PaymentShown
from functions.payments.rules import methods
from functions.payments.rules import payments as rules
from functions.payments.store.payments import payments
from kernel import authz, clock
from kernel.authz import PUBLIC, require
from kernel.http import receipt
from kernel.money import Money

WAIT_S = 20  # the gateway waits for thirty


@api.get("/v1/payments/<payment_id>", permit="read_payments")
def read_payment(
    payment_id: PaymentPath,
    wait_s: Annotated[int, Query(ge=0, le=WAIT_S, description="Answer later, if nothing is new until then.")] = 0,
    version: Annotated[int, Query(ge=0, description="The one you have: with another, the answer comes at once.")] = 0,
) -> PaymentShown:
    """How far a payment is: whether the buyer has to do something, whether it succeeded, why it was refused."""
    found = payments().one(payment_id)
    require("read_payments", owner=found.buyer_id)
    if wait_s and found.version == version:
        found = payments().after(found, clock.now() + timedelta(seconds=wait_s))
    return _shown(found)


@api.post("/v1/payments/<payment_id>/cancel", permit="cancel_payment")
def cancel_payment(payment_id: PaymentPath) -> PaymentShown:
    """Call off a purchase of credits that is not paid yet."""
    found = payments().one(payment_id)
    require("cancel_payment", owner=found.buyer_id)
    if found.purpose == "order":
        raise PaymentOfOrder()
    after = taking.give_up(payment_id, lambda ended: receipt(_shown(ended)))
    rules.check_called_off(after)
    return _shown(after)


@api.get("/v1/payment-methods", permit=PUBLIC)
def list_payment_methods(
    minor: Annotated[int, Query(ge=1, le=methods.MOST, description="The amount, in the currency's smallest unit.")],
    currency: Annotated[CurrencyCode, Query()],
    country: Annotated[str | None, Query(pattern="^[A-Z]{2}$", description="Where the buyer is.")] = None,
) -> Methods:
    """The ways to pay such an amount."""
    return Methods(items=methods.offered(opening.offered(), Money(minor, currency), country))


def _shown(kept: Payment) -> PaymentShown:
    """The secret is the buyer's: whoever has it can pay."""
    mine = kept.buyer_id == authz.principal().id
    return rules.shown(kept, stripe_api.publishable_key() if mine else "")
