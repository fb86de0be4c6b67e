"""How a payment goes.

docs.stripe.com/payments/paymentintents/lifecycle, docs.stripe.com/testing, docs.stripe.com/declines/codes.
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import NO_REDIRECT, a_card_payment, a_charge, an_intent, declined, notes, refused
from tests.contract.stripe.target import Target


def test_a_payment_begins_without_a_method(api: stripe.StripeClient):
    intent = an_intent(api, 20_00, metadata={"payment_id": "pay_1"}, transfer_group="ord_1", description="Three pots")
    assert intent.id.startswith("pi_")
    assert (intent.status, intent.amount, intent.currency) == ("requires_payment_method", 20_00, "usd")
    assert (intent.amount_received, intent.latest_charge, intent.payment_method) == (0, None, None)
    assert (intent.transfer_group, notes(intent), intent.description) == (
        "ord_1",
        {"payment_id": "pay_1"},
        "Three pots",
    )
    assert str(intent.client_secret).startswith(f"{intent.id}_secret_")
    assert api.v1.payment_intents.retrieve(intent.id).to_dict() == intent.to_dict()


def test_a_payment_with_a_method_waits_to_be_confirmed(api: stripe.StripeClient):
    intent = an_intent(api, payment_method="pm_card_visa")
    assert intent.status == "requires_confirmation"
    assert api.v1.payment_intents.confirm(intent.id).status == "succeeded"


def test_a_payment_succeeds_whole(api: stripe.StripeClient):
    intent = an_intent(api, 20_00, metadata={"payment_id": "pay_1"}, transfer_group="ord_1")
    paid = api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.amount_received, paid.amount_capturable) == ("succeeded", 20_00, 0)
    assert (paid.canceled_at, paid.next_action, paid.last_payment_error) == (None, None, None)
    charge = api.v1.charges.retrieve(str(paid.latest_charge))
    assert (charge.status, charge.paid, charge.captured, charge.refunded, charge.disputed) == (
        "succeeded",
        True,
        True,
        False,
        False,
    )
    assert (charge.amount, charge.amount_captured, charge.amount_refunded, charge.currency) == (20_00, 20_00, 0, "usd")
    assert (charge.payment_intent, charge.transfer_group) == (intent.id, "ord_1")
    assert notes(charge) == {"payment_id": "pay_1"}
    paid_by = charge.payment_method_details
    assert paid_by
    assert paid_by.card
    assert (paid_by.type, paid_by.card.brand, paid_by.card.last4) == ("card", "visa", "4242")
    assert charge.outcome
    assert charge.outcome.type == "authorized"


def test_a_fee_is_known_a_moment_after_the_payment(api: stripe.StripeClient, target: Target):
    """docs.stripe.com/payments/payment-intents/asynchronous-capture: what Stripe does unless asked otherwise."""
    intent = a_card_payment(api, 20_00)
    assert intent.capture_method == "automatic_async"
    charge = str(intent.latest_charge)
    assert target.in_time(lambda: api.v1.charges.retrieve(charge).balance_transaction is not None, True)
    booked: Any = api.v1.charges.retrieve(charge, {"expand": ["balance_transaction"]})
    assert booked.balance_transaction.amount == 20_00
    assert booked.balance_transaction.fee > 0


@pytest.mark.parametrize(
    ("card", "brand", "last4"),
    [
        ("pm_card_mastercard", "mastercard", "4444"),
        ("pm_card_amex", "amex", "8431"),
        ("pm_card_discover", "discover", "1117"),
    ],
)
def test_a_card_has_a_brand_and_four_digits(api: stripe.StripeClient, card: str, brand: str, last4: str):
    paid_by: Any = a_charge(api, card=card).payment_method_details
    assert paid_by.card.brand == brand
    assert len(paid_by.card.last4) == 4
    if brand != "amex":  # of which Stripe has two for tests
        assert paid_by.card.last4 == last4


@pytest.mark.parametrize(("amount", "currency"), [(500, "jpy"), (5_120, "kwd"), (500_00, "inr"), (20_00, "eur")])
def test_an_amount_is_counted_in_the_smallest_unit(api: stripe.StripeClient, amount: int, currency: str):
    charge = a_charge(api, amount, currency=currency)
    assert (charge.amount, charge.currency) == (amount, currency)


def test_whatever_the_account_offers_may_pay(api: stripe.StripeClient):
    asked: Any = {"amount": 20_00, "currency": "usd", "automatic_payment_methods": {"enabled": True}}
    intent = api.v1.payment_intents.create(asked)
    assert "card" in intent.payment_method_types
    assert intent.automatic_payment_methods
    assert intent.automatic_payment_methods.enabled is True
    # A method that leads elsewhere would have to know the way back.
    refused(api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa"})
    back: Any = {"payment_method": "pm_card_visa", "return_url": "https://example.com/back"}
    assert api.v1.payment_intents.confirm(intent.id, back).status == "succeeded"


def test_without_redirects_no_way_back_is_needed(api: stripe.StripeClient):
    asked: Any = {"amount": 20_00, "currency": "usd", "automatic_payment_methods": NO_REDIRECT}
    asked |= {"payment_method": "pm_card_visa", "confirm": True}
    intent = api.v1.payment_intents.create(asked)
    assert intent.status == "succeeded"


def test_a_payment_is_not_confirmed_without_a_method(api: stripe.StripeClient):
    intent = an_intent(api)
    refused(api.v1.payment_intents.confirm, intent.id)
    assert api.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


DECLINED = [
    ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
    ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
    ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
    ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
    ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
    ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
    ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
]


@pytest.mark.parametrize(("card", "code", "decline_code"), DECLINED)
def test_a_card_is_declined_for_a_reason(api: stripe.StripeClient, card: str, code: str, decline_code: str | None):
    intent = an_intent(api)
    error = declined(api.v1.payment_intents.confirm, intent.id, {"payment_method": card})
    assert error.code == code
    assert error.error
    assert error.error.type == "card_error"
    assert error.error.payment_intent
    assert error.error.payment_intent.id == intent.id
    if decline_code:
        assert error.error.decline_code == decline_code

    left = api.v1.payment_intents.retrieve(intent.id)
    assert (left.status, left.amount_received, left.payment_method) == ("requires_payment_method", 0, None)
    assert left.last_payment_error
    assert (left.last_payment_error.type, left.last_payment_error.code) == (
        "card_error",
        code,
    )
    charge = api.v1.charges.retrieve(str(left.latest_charge))
    assert (charge.status, charge.paid, charge.balance_transaction) == ("failed", False, None)
    assert charge.failure_code == code


def test_another_card_may_pay_after_one_was_declined(api: stripe.StripeClient):
    intent = an_intent(api)
    declined(api.v1.payment_intents.confirm, intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})
    paid = api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.status, paid.amount_received) == ("succeeded", 20_00)
    tries = api.v1.charges.list({"payment_intent": intent.id}).data
    assert [one.status for one in tries] == ["succeeded", "failed"]
    assert paid.latest_charge == tries[0].id


def test_a_payment_is_cancelled_for_good(api: stripe.StripeClient):
    intent = an_intent(api)
    ended = api.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (ended.status, ended.cancellation_reason) == ("canceled", "abandoned")
    assert ended.canceled_at
    assert ended.canceled_at >= intent.created
    for call, given in (
        (api.v1.payment_intents.confirm, {"payment_method": "pm_card_visa"}),
        (api.v1.payment_intents.update, {"amount": 30_00}),
        (api.v1.payment_intents.cancel, {}),
    ):
        assert refused(call, intent.id, given).code == "payment_intent_unexpected_state"
    left = api.v1.payment_intents.retrieve(intent.id)
    assert (left.status, left.amount_received, left.latest_charge) == ("canceled", 0, None)
    assert api.v1.charges.list({"payment_intent": intent.id}).data == []


def test_a_payment_that_succeeded_is_neither_cancelled_nor_made_again(api: stripe.StripeClient):
    intent = a_card_payment(api)
    for call, given in (
        (api.v1.payment_intents.cancel, {}),
        (api.v1.payment_intents.confirm, {"payment_method": "pm_card_visa"}),
        (api.v1.payment_intents.update, {"amount": 30_00}),
    ):
        error = refused(call, intent.id, given)
        assert error.code == "payment_intent_unexpected_state"
        assert error.error
        assert error.error.payment_intent
        assert error.error.payment_intent.status == "succeeded"
    assert len(api.v1.charges.list({"payment_intent": intent.id}).data) == 1


def test_an_amount_is_changed_until_it_is_paid(api: stripe.StripeClient):
    intent = an_intent(api, 20_00)
    assert api.v1.payment_intents.update(intent.id, {"amount": 25_00}).amount == 25_00
    paid = api.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (paid.amount, paid.amount_received) == (25_00, 25_00)


def test_a_bank_may_ask_for_the_buyer_who_is_not_there(api: stripe.StripeClient):
    """docs.stripe.com/payments/save-and-reuse: the buyer has to come back and pay in person."""
    customer = api.v1.customers.create().id
    card = api.v1.payment_methods.attach("pm_card_authenticationRequired", {"customer": customer})
    intent = an_intent(api, customer=customer)
    asked: Any = {"payment_method": card.id, "off_session": True}
    assert declined(api.v1.payment_intents.confirm, intent.id, asked).code == "authentication_required"
    assert api.v1.payment_intents.retrieve(intent.id).status == "requires_payment_method"


def test_payments_are_found_by_their_customer(api: stripe.StripeClient):
    customer = api.v1.customers.create().id
    made = [an_intent(api, customer=customer).id for _ in range(3)]
    an_intent(api)
    assert [one.id for one in api.v1.payment_intents.list({"customer": customer}).data] == made[::-1]
