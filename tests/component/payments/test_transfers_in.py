"""Money that buyers send by bank transfer: what pays, what is missing, what is left over."""

from datetime import timedelta
from typing import Any

import pytest

from functions.payments import sweep
from functions.payments.store.payments import payments
from local.stripe.faults import Fault
from tests.builders import payments as a
from tests.builders.http import Context
from tests.builders.paying import bought, hear, intent_of, look, told


@pytest.fixture(autouse=True)
def offered(stripe) -> None:
    a.with_settings(payment_methods=["card", "customer_balance"])


def begun(stripe, minor: int = 50_00) -> Any:
    """The buyer has seen where to send it."""
    made = bought(minor, method="customer_balance")
    asked: Any = {"payment_method_data": {"type": "customer_balance"}}
    stripe.client.v1.payment_intents.confirm(intent_of(made), asked)
    return made


def sends(stripe, payment: Any, minor: int) -> None:
    customer = payments().one(payment["payment_id"]).customer_id
    sent: Any = {"amount": minor, "currency": "usd"}
    stripe.client.v1.test_helpers.customers.fund_cash_balance(str(customer), sent)


def left(stripe, payment: Any) -> dict[str, int]:
    customer = str(payments().one(payment["payment_id"]).customer_id)
    return dict(stripe.client.v1.customers.cash_balance.retrieve(customer).to_dict().get("available") or {})


def later(stripe, world, time, **how_long: float) -> None:
    time(timedelta(**how_long))
    hear(stripe, world)
    sweep.handler({}, Context())


def returned(stripe) -> list[int]:
    return [one.amount for one in stripe.client.v1.refunds.list({"limit": 100}).data]


def test_a_transfer_pays_when_all_of_it_is_there(stripe, world):
    payment = begun(stripe)
    for minor, state in ((20_00, "open"), (30_00, "succeeded")):
        sends(stripe, payment, minor)
        hear(stripe, world)
        assert look(payment["payment_id"])["state"] == state
    assert look(payment["payment_id"])["paid_by"]["kind"] == "customer_balance"


def test_what_was_sent_too_much_goes_back_once(stripe, world, time):
    payment = begun(stripe)
    sends(stripe, payment, 65_00)
    for _ in range(4):
        later(stripe, world, time, hours=2)
    assert look(payment["payment_id"])["state"] == "succeeded"
    assert (returned(stripe), left(stripe, payment)) == ([15_00], {})
    assert told(world, "MoneyUnapplied") == []  # it never was Metco's


def test_a_part_of_it_goes_back_when_the_payment_is_over(stripe, world, time):
    payment = begun(stripe)
    sends(stripe, payment, 20_00)
    later(stripe, world, time, days=6)
    assert returned(stripe) == []
    for _ in range(4):
        later(stripe, world, time, hours=13)
    assert look(payment["payment_id"])["state"] == "cancelled"
    assert (returned(stripe), left(stripe, payment)) == ([20_00], {})


def test_what_comes_too_late_goes_back(stripe, world, time):
    payment = begun(stripe)
    a.buyer()("POST", f"/v1/payments/{payment['payment_id']}/cancel")
    sends(stripe, payment, 50_00)
    for _ in range(3):
        later(stripe, world, time, hours=2)
    assert (returned(stripe), left(stripe, payment)) == ([50_00], {})
    assert told(world, "PaymentSucceeded") == []


def test_what_may_still_pay_for_something_waits(stripe, world, time):
    over = begun(stripe)
    a.buyer()("POST", f"/v1/payments/{over['payment_id']}/cancel")
    waiting = bought(30_00, method="customer_balance")
    sends(stripe, over, 30_00)
    later(stripe, world, time, hours=2)
    assert returned(stripe) == []
    asked: Any = {"payment_method_data": {"type": "customer_balance"}}
    stripe.client.v1.payment_intents.confirm(intent_of(waiting), asked)
    later(stripe, world, time, hours=2)
    assert look(waiting["payment_id"])["state"] == "succeeded"
    assert (returned(stripe), left(stripe, waiting)) == ([], {})


@pytest.mark.parametrize("how", ["never", "lost", "broken_before", "broken_after", "unavailable"])
def test_it_goes_back_once_whatever_becomes_of_the_answer(stripe, world, time, how):
    payment = begun(stripe)
    sends(stripe, payment, 65_00)
    hear(stripe, world)
    stripe.core.faults.plan(Fault(how, path="/v1/refunds", method="POST", times=4))
    for _ in range(5):
        time(timedelta(hours=2))
        try:
            sweep.handler({}, Context())
        except ExceptionGroup:
            continue  # the next minute tries again
    assert (returned(stripe), left(stripe, payment)) == ([15_00], {})
