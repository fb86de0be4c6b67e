"""Buyers at Stripe: known there by an id of ours, with what they paid with and may pay with again."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from functions.payments import stripe_api
from functions.payments.attempts import once
from functions.payments.model.payments import SavedMethodUnknown
from functions.payments.model.saved import (
    Customer,
    CustomerMoved,
    KeptSetup,
    PersonErased,
    SavedMethod,
    SetupBegun,
)
from functions.payments.model.stripe import NoSuchAtStripe, StripeRefused
from functions.payments.rules import saved as rules
from functions.payments.store.customers import customers
from functions.payments.stripe_api import Item
from kernel import clock, log
from kernel.errors import Unavailable

TRIES = 5


def customer_of(person_id: str) -> tuple[Customer, Sequence[SavedMethod]]:
    """Made at Stripe when first needed. Nothing about the person goes there but their id here."""
    found, methods = customers().of(person_id)
    return (found, methods) if found else (_made(person_id), [])


def method_of(person_id: str, method_id: str) -> tuple[Customer, SavedMethod]:
    """To be paid with at once: whoever it belongs to, and nobody else."""
    found, methods = customers().of(person_id)
    method = next((one for one in methods if one.payment_method_id == method_id), None)
    if not found or not method:
        raise SavedMethodUnknown()
    return found, method


def _made(person_id: str) -> Customer:
    asked: Any = {"metadata": {"person_id": person_id}}

    def call(key: str) -> Item:
        return stripe_api.ask(lambda stripe: stripe.v1.customers.create(asked, {"idempotency_key": key}))

    def find(since: datetime) -> Item | None:
        made = stripe_api.every(
            lambda stripe, params: stripe.v1.customers.list(params), {"created": {"gte": clock.epoch_s(since)}}
        )
        return next((one for one in made if one["metadata"].get("person_id") == person_id), None)

    if customers().is_erased(person_id):
        raise PersonErased()
    customer_id = once(f"customer/{person_id}", call, find)["id"]
    try:
        return customers().make(
            Customer(person_id=person_id, customer_id=customer_id, setups_on=clock.now().date()),
        )
    except PersonErased:
        _delete(customer_id)
        raise


# Saving a way to pay


def begin_setup(person_id: str, asked_under: str) -> tuple[Customer, Customer, KeptSetup, SetupBegun]:
    """The buyer before and after, what is to be kept of it, and what the buyer's page needs.

    Whoever repeats it under their own key gets the same at Stripe as well.
    """
    before, methods = customer_of(person_id)
    after = rules.counted(before, methods, clock.now().date())
    asked: Any = rules.setup_asked_for(person_id, before.customer_id)
    options: Any = {"idempotency_key": f"setup/{person_id}/{asked_under}"} if asked_under else {}
    intent = stripe_api.ask(lambda stripe: stripe.v1.setup_intents.create(asked, options))
    kept = rules.setup(person_id, intent, clock.now())
    shown = {name: getattr(kept, name) for name in ("setup_id", "state", "failure")}
    keys = {"client_secret": intent["client_secret"], "publishable_key": stripe_api.publishable_key()}
    return before, after, kept, SetupBegun(**shown, **keys)


def settle(setup_id: str) -> KeptSetup | None:
    """What became of it, as Stripe says now. It counts as saved once the way to pay is kept here."""
    kept = customers().find_setup(setup_id)
    if not kept or kept.state != "open":
        return kept
    intent = stripe_api.read(lambda stripe: stripe.v1.setup_intents.retrieve(setup_id))
    after = rules.asked_again(kept, intent)
    if rules.is_given_up(after, clock.now()):
        with suppress(StripeRefused):  # a bank is at it: it is asked about again
            after = rules.asked_again(kept, stripe_api.ask(lambda stripe: stripe.v1.setup_intents.cancel(setup_id)))
    if after.state == "saved":
        sync(kept.person_id)
    customers().setup_became(kept, after)
    return after


def sync(person_id: str) -> None:
    """Keeps what Stripe has of this buyer. It is asked after the rows were read, so the later answer stays."""
    for _ in range(TRIES):
        customer, kept = customers().of(person_id)
        if not customer:
            return
        found = rules.newest(map(rules.method, _at_stripe(customer.customer_id)))
        after = rules.as_found(customer, found)
        if rules.newest(kept) == found and after.default_id == customer.default_id:
            return
        with suppress(CustomerMoved):
            customers().become(customer, after, kept=kept, found=found)
            return
    raise Unavailable("These payment methods are being changed again and again. Try again.")


def _at_stripe(customer_id: str) -> list[Item]:
    """None of a customer who is not there any more."""
    try:
        return list(
            stripe_api.every(lambda stripe, params: stripe.v1.customers.payment_methods.list(customer_id, params))
        )
    except NoSuchAtStripe:
        return []


def detach(person_id: str, method_id: str) -> None:
    """From here on nobody can be paid with it. Stripe goes first: what is still there could be paid with."""
    _, kept = customers().of(person_id)
    rules.known(kept, method_id)
    _detach(method_id)


def _detach(method_id: str) -> None:
    """Once detached, Stripe refuses to do it again: that is as good."""
    try:
        stripe_api.ask(lambda stripe: stripe.v1.payment_methods.detach(method_id))
    except NoSuchAtStripe:
        return
    except StripeRefused:
        if stripe_api.read(lambda stripe: stripe.v1.payment_methods.retrieve(method_id)).get("customer"):
            raise


# What Stripe tells


def method_changed(method_id: str) -> None:
    """Attached, detached, or renewed by its bank. Who had it last keeps what there is now; who has it now, too."""
    before = customers().whose(method_id)
    after = _holder(method_id)
    for person_id in {before, after} - {None}:
        sync(str(person_id))


def _holder(method_id: str) -> str | None:
    with suppress(NoSuchAtStripe):
        found = stripe_api.read(lambda stripe: stripe.v1.payment_methods.retrieve(method_id))
        return customers().whose(str(found["customer"])) if found.get("customer") else None
    return None


# Leaving


def forget(person_id: str) -> None:
    """At Stripe first, and here what leads there last: a repetition goes on where it was cut off."""
    customers().erased(person_id)
    customer, _ = customers().of(person_id)
    if customer:
        for method in _at_stripe(customer.customer_id):
            _detach(method["id"])
        _delete(customer.customer_id)
    customers().forget(person_id)
    log.count("buyers_forgotten_total")


def _delete(customer_id: str) -> None:
    with suppress(NoSuchAtStripe):
        stripe_api.ask(lambda stripe: stripe.v1.customers.delete(customer_id))
