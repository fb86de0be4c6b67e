"""Banks that want to see the buyer, and money that comes some other way than by card.

docs.stripe.com/testing#regulatory-cards, docs.stripe.com/payments/3d-secure/authentication-flow,
docs.stripe.com/payments/bank-transfers/accept-a-payment, docs.stripe.com/payments/upi
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import an_intent, plain
from tests.contract.stripe.target import Target

BACK = "https://example.com/back"


def asks_for_the_buyer(api: stripe.StripeClient, card: str = "pm_card_authenticationRequired") -> stripe.PaymentIntent:
    return an_intent(api, payment_method=card, confirm=True, return_url=BACK)


def test_nothing_is_paid_until_the_buyer_was_seen(api: stripe.StripeClient):
    intent = asks_for_the_buyer(api)
    assert (intent.status, intent.amount_received, intent.latest_charge) == ("requires_action", 0, None)
    assert intent.next_action
    assert intent.next_action.type == "redirect_to_url"
    way = intent.next_action.redirect_to_url
    assert way
    assert way.return_url == BACK
    assert str(way.url).startswith("http")


def test_a_buyer_who_was_seen_has_paid(api: stripe.StripeClient, target: Target):
    intent = asks_for_the_buyer(api)
    target.authenticate(intent, passes=True)
    paid = api.v1.payment_intents.retrieve(intent.id)
    assert (paid.status, paid.amount_received, paid.next_action) == ("succeeded", 20_00, None)


def test_a_buyer_who_was_not_has_not(api: stripe.StripeClient, target: Target):
    intent = asks_for_the_buyer(api)
    target.authenticate(intent, passes=False)
    left = api.v1.payment_intents.retrieve(intent.id)
    assert (left.status, left.amount_received) == ("requires_payment_method", 0)
    assert left.last_payment_error
    assert left.last_payment_error.code == "payment_intent_authentication_failure"


def test_a_card_may_be_declined_after_the_buyer_was_seen(api: stripe.StripeClient, target: Target):
    intent = asks_for_the_buyer(api, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    target.authenticate(intent, passes=True)
    left = api.v1.payment_intents.retrieve(intent.id)
    assert left.status == "requires_payment_method"
    assert left.last_payment_error
    assert left.last_payment_error.decline_code == "insufficient_funds"


def test_a_payment_is_cancelled_while_the_buyer_is_looked_at(api: stripe.StripeClient):
    intent = asks_for_the_buyer(api)
    ended = api.v1.payment_intents.cancel(intent.id)
    assert (ended.status, ended.next_action) == ("canceled", None)


def by_bank_transfer(api: stripe.StripeClient, customer: str, amount: int) -> stripe.PaymentIntent:
    asked: Any = {
        "amount": amount,
        "currency": "usd",
        "customer": customer,
        "allowed_payment_method_types": ["customer_balance"],
        "payment_method_data": {"type": "customer_balance"},
        "payment_method_options": {
            "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
        },
        "confirm": True,
    }
    return api.v1.payment_intents.create(asked)


def arrives(api: stripe.StripeClient, customer: str, amount: int) -> None:
    api.v1.test_helpers.customers.fund_cash_balance(customer, {"amount": amount, "currency": "usd"})


def test_a_bank_transfer_is_waited_for(api: stripe.StripeClient):
    customer = api.v1.customers.create().id
    intent = by_bank_transfer(api, customer, 50_00)
    assert intent.status == "requires_action"
    assert intent.next_action
    assert intent.next_action.type == "display_bank_transfer_instructions"
    told = intent.next_action.display_bank_transfer_instructions
    assert told
    assert (told.amount_remaining, told.currency) == (50_00, "usd")
    assert told.reference

    arrives(api, customer, 20_00)
    some = api.v1.payment_intents.retrieve(intent.id)
    assert (some.status, some.amount_received) == ("requires_action", 0)
    left: Any = some.next_action
    assert left.display_bank_transfer_instructions.amount_remaining == 30_00

    arrives(api, customer, 30_00)
    paid = api.v1.payment_intents.retrieve(intent.id)
    assert (paid.status, paid.amount_received) == ("succeeded", 50_00)


def test_a_bank_transfer_of_too_much_pays_what_was_asked(api: stripe.StripeClient):
    customer = api.v1.customers.create().id
    intent = by_bank_transfer(api, customer, 50_00)
    arrives(api, customer, 60_00)
    assert api.v1.payment_intents.retrieve(intent.id).amount_received == 50_00
    kept = api.v1.customers.cash_balance.retrieve(customer)
    assert plain(kept)["available"] == {"usd": 10_00}


def by_upi(api: stripe.StripeClient, target: Target) -> stripe.PaymentIntent:
    target.needs("upi")
    asked: Any = {
        "amount": 500_00,
        "currency": "inr",
        "allowed_payment_method_types": ["upi"],
        "payment_method_data": {"type": "upi"},
        "confirm": True,
        "return_url": BACK,
    }
    return api.v1.payment_intents.create(asked)


@pytest.mark.parametrize(("passes", "status"), [(True, "succeeded"), (False, "requires_payment_method")])
def test_upi_waits_for_the_buyers_telephone(api: stripe.StripeClient, target: Target, passes: bool, status: str):
    intent = by_upi(api, target)
    assert (intent.status, intent.amount_received) == ("requires_action", 0)
    target.authenticate(intent, passes=passes)
    done = api.v1.payment_intents.retrieve(intent.id)
    assert (done.status, done.amount_received) == (status, 500_00 if passes else 0)


def test_what_came_by_bank_is_told_piece_by_piece(api: stripe.StripeClient):
    """docs.stripe.com/payments/customer-balance: what came, and what it was used for."""
    customer = api.v1.customers.create().id
    intent = by_bank_transfer(api, customer, 50_00)
    for amount in (20_00, 35_00):
        arrives(api, customer, amount)
    moved: Any = api.v1.customers.cash_balance_transactions.list(customer).data
    funded = [one for one in moved if one.type == "funded"]
    assert [one.net_amount for one in funded] == [35_00, 20_00]
    assert funded[0].ending_balance - funded[0].net_amount in (0, 20_00)
    assert {one.currency for one in moved} == {"usd"}
    applied = [one for one in moved if one.type == "applied_to_payment"]
    assert sum(one.net_amount for one in applied) == -50_00
    assert {one.applied_to_payment.payment_intent for one in applied} == {intent.id}
