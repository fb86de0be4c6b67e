"""Each documented test card does as its row says (docs.stripe.com/testing)."""

from typing import Any

import pytest
import stripe

from local.stripe import paying
from local.stripe.cards import BY_NAME, CARDS, Card
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe

NOW = [card for card in CARDS if not card.three_d_secure or card.three_d_secure == "supported"]
PAYS = [card for card in NOW if not card.declines]
DECLINED = [card for card in NOW if card.declines]
ASKS = [card for card in CARDS if card not in NOW]


def number(card: Card) -> str:
    return card.number


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def by_number(at: AtStripe, card: Card) -> str:
    about: Any = {"number": card.number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    return at.client.v1.payment_methods.create({"type": "card", "card": about}).id


def pay(at: AtStripe, method: str, **more: Any) -> stripe.PaymentIntent:
    asked: Any = {"amount": 20_00, "currency": "usd", "payment_method": method, "confirm": True}
    asked |= {"return_url": RETURN_URL, **more}
    return at.client.v1.payment_intents.create(asked)


def declined(at: AtStripe, method: str, **more: Any) -> stripe.CardError:
    with pytest.raises(stripe.CardError) as caught:
        pay(at, method, **more)
    return caught.value


def answer(at: AtStripe, intent: stripe.PaymentIntent, passed: bool) -> stripe.PaymentIntent:
    at.core.act(paying.authenticated, intent.id, passed)
    return at.client.v1.payment_intents.retrieve(intent.id)


def test_there_is_one_row_for_each_number_and_name():
    assert len({card.number for card in CARDS}) == len(CARDS)
    assert len(BY_NAME) == sum(len(card.aliases) for card in CARDS)


@pytest.mark.parametrize("card", PAYS, ids=number)
def test_a_good_card_pays_under_its_number_and_its_names(at: AtStripe, card: Card):
    for method in (by_number(at, card), *(f"pm_card_{alias}" for alias in card.aliases)):
        intent = pay(at, method)
        assert intent.status == "succeeded"
        charge: Any = at.client.v1.charges.retrieve(str(intent.latest_charge))
        paid_with = charge.payment_method_details.card
        assert (paid_with.brand, paid_with.last4, paid_with.funding) == (card.brand, card.number[-4:], card.funding)
        assert (paid_with.country, charge.outcome.risk_level) == (card.country, card.risk)


@pytest.mark.parametrize("card", DECLINED, ids=number)
def test_a_bad_card_is_declined_for_its_reason_and_takes_nothing(at: AtStripe, card: Card):
    error = declined(at, by_number(at, card))
    told: Any = error.error
    assert told.decline_code == card.declines or error.code == card.declines
    assert told.payment_intent.status == "requires_payment_method"
    assert told.payment_intent.last_payment_error.payment_method.card.last4 == card.last4
    charge: Any = at.client.v1.charges.retrieve(told.charge)
    assert (charge.status, charge.paid, charge.captured, charge.balance_transaction) == ("failed", False, False, None)
    assert charge.outcome.type == ("blocked" if card.risk == "highest" else "issuer_declined")
    assert at.core.state.find("balance_transaction") == []


@pytest.mark.parametrize("card", ASKS, ids=number)
def test_a_card_that_asks_pays_only_when_its_owner_agreed(at: AtStripe, card: Card):
    asked = pay(at, by_number(at, card))
    assert (asked.status, asked.latest_charge) == ("requires_action", None)
    refused = answer(at, asked, passed=False)
    assert (refused.status, refused.amount_received) == ("requires_payment_method", 0)

    agreed = answer(at, pay(at, by_number(at, card)), passed=True)
    declines = card.declines or card.three_d_secure == "declines_after"
    assert agreed.status == ("requires_payment_method" if declines else "succeeded")
    charge: Any = at.client.v1.charges.retrieve(str(agreed.latest_charge))
    assert charge.paid is not bool(declines)
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"


def saved(at: AtStripe, name: str) -> tuple[str, str]:
    """Set up for use without its owner, at Stripe's page where that is asked for."""
    customer = at.client.v1.customers.create().id
    asked: Any = {"customer": customer, "payment_method": name, "confirm": True, "return_url": RETURN_URL}
    intent = at.client.v1.setup_intents.create(asked)
    if intent.status == "requires_action":
        at.core.act(paying.authenticated, intent.id, True)
    done = at.client.v1.setup_intents.retrieve(intent.id)
    assert done.status == "succeeded"
    return customer, str(done.payment_method)


@pytest.mark.parametrize(
    ("name", "here", "away"),
    [
        ("pm_card_visa", "succeeded", "succeeded"),
        ("pm_card_authenticationRequiredOnSetup", "requires_action", "succeeded"),
        ("pm_card_authenticationRequiredSetupForOffSession", "requires_action", "succeeded"),
        ("pm_card_authenticationRequired", "requires_action", "authentication_required"),
    ],
)
def test_a_card_that_was_set_up(at: AtStripe, name: str, here: str, away: str):
    customer, method = saved(at, name)
    assert pay(at, method, customer=customer).status == here
    if away == "succeeded":
        assert pay(at, method, customer=customer, off_session=True).status == away
        return
    error = declined(at, method, customer=customer, off_session=True)
    told: Any = error.error
    assert (error.code, told.decline_code) == (away, away)
    assert told.payment_intent.status == "requires_payment_method"


def test_a_card_that_was_not_set_up_is_declined_while_its_owner_is_away(at: AtStripe):
    customer = at.client.v1.customers.create().id
    method = at.client.v1.payment_methods.attach("pm_card_authenticationRequiredOnSetup", {"customer": customer}).id
    assert declined(at, method, customer=customer, off_session=True).code == "authentication_required"


def test_3_d_secure_can_be_asked_for(at: AtStripe):
    wish = {"card": {"request_three_d_secure": "any"}}
    assert pay(at, "pm_card_threeDSecureOptional", payment_method_options=wish).status == "requires_action"
    assert pay(at, "pm_card_threeDSecureOptional").status == "succeeded"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "123"}, "incorrect_number"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"exp_year": 2029}, "invalid_expiry_year"),
        ({"cvc": "99"}, "invalid_cvc"),
        ({"number": "4111111111111111"}, "card_declined"),  # a card, but none of the test cards
    ],
)
def test_a_card_that_cannot_be_one_is_refused_as_it_is_entered(at: AtStripe, card: dict[str, Any], code: str):
    about: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123", **card}
    with pytest.raises(stripe.CardError) as caught:
        at.client.v1.payment_methods.create({"type": "card", "card": about})
    assert caught.value.code == code


def test_money_of_one_card_is_there_at_once(at: AtStripe):
    pay(at, "pm_card_bypassPending", capture_method="automatic")
    balance: Any = at.client.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (20_00 - 88, 0)
