from datetime import timedelta

import pytest

from functions.orders.model.orders import Order, OrderOver, OrderPaidAlready
from functions.orders.model.tasks import Stopped
from functions.orders.rules import orders as rules
from functions.orders.rules.screening import ByLimits, Facts, Limits
from kernel.money import Money
from tests.builders import ordering as a

PAYMENT = a.an_id("pay", 1)
LATER = a.NOON + timedelta(minutes=1)


def placed():
    return a.an_order().order


def there(order: Order | None) -> Order:
    assert order
    return order


def paid():
    return there(rules.confirmed(placed(), PAYMENT, LATER))


def cancelled():
    return there(rules.cancelled(placed(), "out_of_stock", LATER))


def test_an_order_is_confirmed_once():
    order = paid()
    assert (order.state, order.confirmed_at, order.paying.payment_id, order.version) == ("confirmed", LATER, PAYMENT, 2)
    assert rules.confirmed(order, PAYMENT, LATER) is None


def test_what_was_cancelled_is_never_confirmed():
    with pytest.raises(OrderOver):
        rules.confirmed(cancelled(), PAYMENT, LATER)


def test_an_order_is_cancelled_once_and_keeps_its_first_reason():
    order = cancelled()
    assert (order.state, order.reason) == ("cancelled", "out_of_stock")
    assert rules.cancelled(order, "expired", LATER) is None


def test_what_is_paid_is_only_cancelled_with_its_money_given_back():
    with pytest.raises(OrderPaidAlready):
        rules.cancelled(paid(), "expired", LATER)
    assert there(rules.cancelled(paid(), "refunded", LATER)).state == "cancelled"


def test_a_buyer_may_change_their_mind_until_it_is_paid():
    wished = there(rules.asked_to_cancel(placed(), LATER))
    assert (wished.state, wished.cancel_asked_at) == ("pending", LATER)
    assert rules.asked_to_cancel(wished, LATER) is None
    assert rules.asked_to_cancel(cancelled(), LATER) is None
    with pytest.raises(OrderPaidAlready):
        rules.asked_to_cancel(paid(), LATER)


@pytest.mark.parametrize(
    ("stopped", "reason"),
    [
        ({"outcome": "refused", "code": "out_of_stock"}, "out_of_stock"),
        ({"outcome": "refused", "code": "quote_changed"}, "quote_changed"),
        ({"outcome": "refused", "code": "price_outdated"}, "quote_changed"),
        ({"outcome": "refused", "code": "promotion_used_up"}, "promotion_used_up"),
        ({"outcome": "refused", "code": "not_enough_credits"}, "not_enough_credits"),
        ({"outcome": "refused", "code": "payment_ended"}, "payment_failed"),
        ({"outcome": "refused", "code": "by_buyer"}, "by_buyer"),
        ({"outcome": "refused", "code": "screened"}, "screened"),
        ({"outcome": "refused", "code": "no_commission_rule"}, "failed"),
        ({"outcome": "refund", "refunds": []}, "refunded"),
        ({"Error": "States.Timeout", "Cause": ""}, "expired"),
        ({"Error": "RuntimeError", "Cause": "{}"}, "failed"),
        ({}, "failed"),
    ],
)
def test_why_a_checkout_ended(stopped, reason):
    assert rules.reason_of(Stopped.model_validate(stopped), placed()) == reason


def test_whoever_cancelled_hears_that_and_not_what_the_bank_called_it():
    wished = there(rules.asked_to_cancel(placed(), LATER))
    assert rules.reason_of(Stopped(outcome="refused", code="payment_ended"), wished) == "by_buyer"


def test_what_stopped_an_order_is_told_in_a_word():
    assert rules.why(Stopped(error="RuntimeError", cause="reservation_over")) == "reservation_over"
    assert rules.why(Stopped(error="RuntimeError", cause='{"errorMessage": "Ada, a@b.example"}')) == "RuntimeError"
    assert rules.why(Stopped()) == "failure"


def test_a_secret_is_shown_only_while_there_is_something_to_pay():
    kept = a.an_order()
    known = there(rules.to_be_paid(kept.order, PAYMENT, "pi_1_secret_2"))
    open_ = rules.shown(kept.model_copy(update={"order": known}))
    assert open_.payment.pay_url == "/v1/pay#pi_1_secret_2"
    assert rules.to_be_paid(known, PAYMENT, "pi_1_secret_2") is None
    for order in (rules.confirmed(known, PAYMENT, LATER), rules.cancelled(known, "expired", LATER)):
        over = rules.shown(kept.model_copy(update={"order": order}))
        assert (over.payment.client_secret, over.payment.pay_url) == (None, None)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        (Facts(Money(100_00, "EUR"), guest=False, recent=0), []),
        (Facts(Money(100_01, "EUR"), guest=False, recent=0), ["amount"]),
        (Facts(Money(50_01, "EUR"), guest=True, recent=0), ["amount_of_guest"]),
        (Facts(Money(50_01, "EUR"), guest=False, recent=0), []),
        (Facts(Money(999_00, "USD"), guest=True, recent=0), []),
        (Facts(Money(1, "EUR"), guest=False, recent=3), ["many_unpaid"]),
    ],
)
def test_what_is_let_through(facts, reasons):
    port = ByLimits(Limits(most={"EUR": 100_00}, most_of_guests={"EUR": 50_00}, most_unpaid=3))
    assert port.reasons(facts) == reasons
