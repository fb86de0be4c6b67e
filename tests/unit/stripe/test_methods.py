"""Money that comes otherwise than by a card that simply pays."""

from typing import Any

import pytest
import stripe

from local.stripe import paying
from local.stripe.client import PUBLISHABLE_KEY, client
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def begin(at: AtStripe, kind: str, currency: str = "usd", **more: Any) -> stripe.PaymentIntent:
    asked: Any = {
        "amount": 500_00,
        "currency": currency,
        "payment_method_data": {"type": kind},
        "confirm": True,
        "return_url": RETURN_URL,
        **more,
    }
    return at.client.v1.payment_intents.create(asked)


def now(at: AtStripe, intent: stripe.PaymentIntent) -> stripe.PaymentIntent:
    return at.client.v1.payment_intents.retrieve(intent.id)


def told(at: AtStripe, intent: stripe.PaymentIntent) -> list[str]:
    events = reversed(at.client.v1.events.list({"limit": 100}).data)
    return [one.type for one in events if one.data.object.to_dict().get("id") == intent.id]


def test_paypal_is_agreed_to_elsewhere(at: AtStripe):
    intent = begin(at, "paypal", "eur")
    action: Any = intent.next_action
    assert (action.type, action.redirect_to_url.return_url) == ("redirect_to_url", RETURN_URL)
    at.core.act(paying.approved, intent.id, True)
    assert now(at, intent).status == "succeeded"


def test_paypal_may_be_refused_and_tried_again(at: AtStripe):
    intent = begin(at, "paypal")
    at.core.act(paying.approved, intent.id, False)
    failed: Any = now(at, intent)
    assert (failed.status, failed.last_payment_error.code) == (
        "requires_payment_method",
        "payment_intent_payment_attempt_failed",
    )
    again = at.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert (again.status, again.last_payment_error) == ("succeeded", None)


def test_an_upi_request_that_nobody_answers_expires(at: AtStripe):
    intent = begin(at, "upi", "inr")
    action: Any = intent.next_action
    code = action.upi_handle_redirect_or_display_qr_code
    assert code.qr_code.expires_at == intent.created + 300
    at.advance(seconds=299)
    assert now(at, intent).status == "requires_action"
    at.advance(seconds=1)
    expired: Any = now(at, intent)
    assert (expired.status, expired.last_payment_error.code) == (
        "requires_payment_method",
        "payment_intent_payment_attempt_expired",
    )


def test_an_old_request_that_expires_does_not_end_a_newer_one(at: AtStripe):
    intent = begin(at, "upi", "inr")
    at.advance(seconds=200)
    again: Any = {"payment_method_data": {"type": "upi"}, "return_url": RETURN_URL}
    at.client.v1.payment_intents.confirm(intent.id, again)
    at.advance(seconds=150)
    assert now(at, intent).status == "requires_action"
    at.advance(seconds=150)
    assert now(at, intent).status == "requires_payment_method"


def test_an_answer_that_comes_too_late_changes_nothing(at: AtStripe):
    intent = begin(at, "upi", "inr")
    at.client.v1.payment_intents.cancel(intent.id)
    with pytest.raises(paying.NotWaiting):
        at.core.act(paying.approved, intent.id, True)
    at.advance(hours=1)
    assert (now(at, intent).status, at.core.state.find("charge")) == ("canceled", [])


def test_a_stablecoin_payment_is_processing_for_a_while_and_cannot_be_cancelled(at: AtStripe):
    intent = begin(at, "crypto")
    at.core.act(paying.approved, intent.id, True)
    assert now(at, intent).status == "processing"
    charge = at.client.v1.charges.retrieve(str(now(at, intent).latest_charge))
    assert (charge.status, charge.paid) == ("pending", False)
    with pytest.raises(stripe.InvalidRequestError) as caught:
        at.client.v1.payment_intents.cancel(intent.id)
    assert caught.value.code == "payment_intent_invalid_cancellation_state"
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN_URL})
    at.advance(minutes=1)
    done = now(at, intent)
    assert (done.status, done.latest_charge, done.amount_received) == ("succeeded", charge.id, 500_00)
    assert told(at, intent) == [
        "payment_intent.created",
        "payment_intent.requires_action",
        "payment_intent.processing",
        "payment_intent.succeeded",
    ]


@pytest.mark.parametrize(
    ("currency", "customer", "kinds"),
    [
        ("usd", True, ["card", "crypto", "customer_balance", "paypal"]),
        ("usd", False, ["card", "crypto", "paypal"]),
        ("jpy", True, ["card", "customer_balance"]),
        ("inr", True, ["card", "upi"]),
        ("kwd", True, ["card"]),
    ],
)
def test_what_may_pay_depends_on_currency_and_customer(at: AtStripe, currency: str, customer: bool, kinds: list[str]):
    asked: Any = {"amount": 10_000, "currency": currency}
    if customer:
        asked["customer"] = at.client.v1.customers.create().id
    intent = at.client.v1.payment_intents.create(asked)
    assert intent.payment_method_types == kinds


def test_what_cannot_be_saved_does_not_pay_for_what_is_to_be_saved(at: AtStripe):
    customer = at.client.v1.customers.create().id
    asked: Any = {"amount": 10_00, "currency": "usd", "customer": customer, "setup_future_usage": "off_session"}
    assert at.client.v1.payment_intents.create(asked).payment_method_types == ["card", "paypal"]


def test_a_server_that_confirms_by_hand_is_asked_again_after_3_d_secure(at: AtStripe):
    """docs.stripe.com/payments/accept-a-payment-synchronously"""
    intent = begin(
        at,
        "card",
        payment_method_data=None,
        payment_method="pm_card_threeDSecure2Required",
        confirmation_method="manual",
    )
    at.core.act(paying.authenticated, intent.id, True)
    assert now(at, intent).status == "requires_confirmation"
    assert at.core.state.find("charge") == []
    assert at.client.v1.payment_intents.confirm(intent.id).status == "succeeded"


# ------------------------------------------------------------------------------------------------------ bank transfers


def waiting_for_a_transfer(at: AtStripe, customer: str, amount: int) -> stripe.PaymentIntent:
    return begin(at, "customer_balance", customer=customer, amount=amount)


def send(at: AtStripe, customer: str, amount: int, **more: Any) -> None:
    sent: Any = {"amount": amount, "currency": "usd", **more}
    at.client.v1.test_helpers.customers.fund_cash_balance(customer, sent)


def states(at: AtStripe, *intents: stripe.PaymentIntent) -> list[str]:
    return [now(at, one).status for one in intents]


def test_a_transfer_pays_what_its_reference_names_else_what_it_fits_else_the_oldest(at: AtStripe):
    customer = at.client.v1.customers.create().id
    old, fits, named = (waiting_for_a_transfer(at, customer, amount) for amount in (70_00, 50_00, 50_00))
    action: Any = named.next_action
    reference = action.display_bank_transfer_instructions.reference
    send(at, customer, 50_00, reference=reference)
    assert states(at, old, fits, named) == ["requires_action", "requires_action", "succeeded"]
    send(at, customer, 50_00)
    assert states(at, old, fits, named) == ["requires_action", "succeeded", "succeeded"]
    send(at, customer, 80_00)
    assert states(at, old, fits, named) == ["succeeded", "succeeded", "succeeded"]
    held: Any = at.client.v1.customers.cash_balance.retrieve(customer)
    assert held.available.to_dict() == {"usd": 10_00}


def test_what_is_held_pays_at_once(at: AtStripe):
    customer = at.client.v1.customers.create().id
    send(at, customer, 70_00)
    assert waiting_for_a_transfer(at, customer, 50_00).status == "succeeded"
    assert waiting_for_a_transfer(at, customer, 50_00).status == "requires_action"


def test_what_had_arrived_for_a_cancelled_payment_stays_the_customers(at: AtStripe):
    customer = at.client.v1.customers.create().id
    intent = waiting_for_a_transfer(at, customer, 50_00)
    send(at, customer, 20_00)
    assert "payment_intent.partially_funded" in told(at, intent)
    at.client.v1.payment_intents.cancel(intent.id)
    held: Any = at.client.v1.customers.cash_balance.retrieve(customer)
    assert held.available.to_dict() == {"usd": 20_00}
    moved: Any = at.client.v1.customers.cash_balance_transactions.list(customer)
    assert [(one.type, one.net_amount, one.ending_balance) for one in moved.data] == [
        ("unapplied_from_payment", 20_00, 20_00),
        ("applied_to_payment", -20_00, 0),
        ("funded", 20_00, 20_00),
    ]


# --------------------------------------------------------------------------------------------------- who asks for what


def test_a_browser_sees_and_confirms_one_payment_by_its_secret(at: AtStripe):
    intent = at.client.v1.payment_intents.create({"amount": 20_00, "currency": "usd"})
    other = at.client.v1.payment_intents.create({"amount": 20_00, "currency": "usd"})
    browser = client(at.core, PUBLISHABLE_KEY).v1.payment_intents
    assert browser.retrieve(intent.id, {"client_secret": str(intent.client_secret)}).id == intent.id
    with pytest.raises(stripe.InvalidRequestError):
        browser.retrieve(intent.id, {"client_secret": str(other.client_secret)})
    with pytest.raises(stripe.InvalidRequestError):
        browser.retrieve(intent.id)
    asked: Any = {"client_secret": intent.client_secret, "payment_method": "pm_card_visa", "return_url": RETURN_URL}
    with pytest.raises(stripe.InvalidRequestError):
        browser.confirm(intent.id, asked | {"client_secret": other.client_secret})
    assert now(at, intent).status == "requires_payment_method"
    assert browser.confirm(intent.id, asked).status == "succeeded"


def test_a_browser_may_do_nothing_else(at: AtStripe):
    browser = client(at.core, PUBLISHABLE_KEY).v1
    for call in (
        browser.customers.list,
        browser.payment_intents.list,
        lambda: browser.payment_intents.create({"amount": 1_00, "currency": "usd"}),
        lambda: browser.refunds.create({"charge": "ch_1"}),
        browser.balance.retrieve,
    ):
        with pytest.raises(stripe.PermissionError):
            call()
    assert at.core.state.find("payment_intent") == []


def test_an_account_may_settle_a_currency_in_another():
    at = at_stripe(settles_in={"kwd": ("usd", 0.326)})
    asked: Any = {
        "amount": 10_000,
        "currency": "kwd",
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": RETURN_URL,
        "capture_method": "automatic",
        "expand": ["latest_charge.balance_transaction"],
    }
    intent: Any = at.client.v1.payment_intents.create(asked)
    booked = intent.latest_charge.balance_transaction
    assert (booked.amount, booked.currency, booked.exchange_rate) == (3_260, "usd", 0.326)


@pytest.mark.parametrize(
    ("currency", "amount", "fee"),
    [("usd", 100_00, 3_20), ("jpy", 10_000, 360), ("kwd", 100_000, 3_000), ("inr", 1_000_00, 20_00)],
)
def test_a_fee_is_of_the_currencys_smallest_unit(at: AtStripe, currency: str, amount: int, fee: int):
    asked: Any = {
        "amount": amount,
        "currency": currency,
        "payment_method": "pm_card_visa",
        "confirm": True,
        "return_url": RETURN_URL,
        "capture_method": "automatic",
        "expand": ["latest_charge.balance_transaction"],
    }
    intent: Any = at.client.v1.payment_intents.create(asked)
    booked = intent.latest_charge.balance_transaction
    assert (booked.fee, booked.net, booked.currency) == (fee, amount - fee, currency)


def test_what_had_arrived_stays_the_customers_when_a_card_pays_instead(at: AtStripe):
    customer = at.client.v1.customers.create().id
    intent = waiting_for_a_transfer(at, customer, 50_00)
    send(at, customer, 20_00)
    again: Any = {"payment_method": "pm_card_visa", "return_url": RETURN_URL}
    assert at.client.v1.payment_intents.confirm(intent.id, again).status == "succeeded"
    held: Any = at.client.v1.customers.cash_balance.retrieve(customer)
    assert held.available.to_dict() == {"usd": 20_00}


def test_asked_for_again_a_transfer_is_for_what_is_missing(at: AtStripe):
    customer = at.client.v1.customers.create().id
    intent = waiting_for_a_transfer(at, customer, 50_00)
    send(at, customer, 20_00)
    again: Any = {"payment_method_data": {"type": "customer_balance"}, "return_url": RETURN_URL}
    asked: Any = at.client.v1.payment_intents.confirm(intent.id, again)
    assert asked.next_action.display_bank_transfer_instructions.amount_remaining == 30_00
    send(at, customer, 30_00)
    assert now(at, intent).status == "succeeded"
