"""What a buyer may pay with again: saved, listed, preferred, removed."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.payments import customers as at_stripe
from functions.payments.api.app import api
from functions.payments.model.names import StripeId
from functions.payments.model.saved import NoSuchSetup, SavedMethods, Setup, SetupBegun
from functions.payments.rules import saved as rules
from functions.payments.store.customers import customers
from kernel import authz
from kernel.authz import require
from kernel.http import idempotency_key, receipt

MethodPath = Annotated[StripeId, Path()]
SetupPath = Annotated[StripeId, Path()]


@api.get("/v1/me/payment-methods", permit="manage_payment_methods")
def list_saved_methods() -> SavedMethods:
    """What you may pay with by one click. Cards lie with Stripe; here is what tells them apart."""
    me = require("manage_payment_methods", owner=authz.principal().id)
    return SavedMethods(items=rules.marked(*customers().of(me.id)))


@api.post("/v1/me/payment-methods/setups", permit="manage_payment_methods", status_code=201)
def begin_saving_method() -> SetupBegun:
    """Begin to save a way to pay. The page that asks for the card is `/v1/pay#<client_secret>`, or one of your own."""
    me = require("manage_payment_methods", owner=authz.principal().id)
    before, after, kept, answer = at_stripe.begin_setup(me.id, idempotency_key())
    customers().begin(before, after, kept, receipt(answer, 201))
    return answer


@api.get("/v1/me/payment-methods/setups/<setup_id>", permit="manage_payment_methods")
def read_saving_method(setup_id: SetupPath) -> Setup:
    """How far it has come. While it is open, Stripe is asked."""
    me = require("manage_payment_methods", owner=authz.principal().id)
    rules.own(customers().setup(setup_id), me.id)
    kept = at_stripe.settle(setup_id)
    if not kept:
        raise NoSuchSetup()
    return rules.shown(kept)


@api.put("/v1/me/payment-methods/<payment_method_id>/default", permit="manage_payment_methods")
def prefer_saved_method(payment_method_id: MethodPath) -> SavedMethods:
    """Pay with this one where nothing else is said."""
    me = require("manage_payment_methods", owner=authz.principal().id)
    before, methods = customers().of(me.id)
    after = rules.preferring(before, methods, payment_method_id)
    answer = SavedMethods(items=rules.marked(after, methods))
    customers().prefer(before, after, receipt(answer))
    return answer


@api.delete("/v1/me/payment-methods/<payment_method_id>", permit="manage_payment_methods", status_code=204)
def remove_saved_method(payment_method_id: MethodPath) -> None:
    """Remove it, here and at Stripe. What was paid with it stays paid, and refunds still go back to it."""
    me = require("manage_payment_methods", owner=authz.principal().id)
    at_stripe.detach(me.id, payment_method_id)
    customers().drop(me.id, payment_method_id, receipt(None, 204))
