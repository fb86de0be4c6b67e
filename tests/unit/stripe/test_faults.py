"""What goes wrong on demand, as a client with two retries sees it."""

from typing import Any

import pytest
import stripe

from local.stripe.faults import Fault, WebhookFaults
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe

PAYMENT: Any = {
    "amount": 20_00,
    "currency": "usd",
    "payment_method": "pm_card_visa",
    "confirm": True,
    "return_url": RETURN_URL,
}
KEY: Any = {"idempotency_key": "once"}


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def pay(at: AtStripe, options: Any = KEY) -> stripe.PaymentIntent:
    return at.client.v1.payment_intents.create(PAYMENT, options)


def paid(at: AtStripe) -> int:
    return len(at.core.state.find("charge", status="succeeded"))


@pytest.mark.parametrize("how", ["unavailable", "limited", "in_use", "never", "lost", "late"])
def test_what_passes_is_survived_by_retrying_and_paid_once(at: AtStripe, how: Any):
    at.core.faults.plan(Fault(how, times=2))
    assert pay(at).status == "succeeded"
    assert len(at.transport.asked) == 3
    assert (paid(at), at.core.faults.planned) == (1, [])


@pytest.mark.parametrize(
    ("how", "error", "done"),
    [
        ("unavailable", stripe.APIError, 0),
        ("limited", stripe.RateLimitError, 0),
        ("in_use", stripe.APIError, 0),
        ("never", stripe.APIConnectionError, 0),
        ("lost", stripe.APIConnectionError, 1),
        ("late", stripe.APIConnectionError, 1),
    ],
)
def test_what_does_not_pass_is_an_error_that_says_nothing_of_what_was_done(
    at: AtStripe, how: Any, error: type[Exception], done: int
):
    at.core.faults.plan(Fault(how, times=3))
    with pytest.raises(error):
        pay(at)
    assert paid(at) == done
    assert pay(at).status == "succeeded"
    assert paid(at) == 1


@pytest.mark.parametrize(("how", "done"), [("broken_before", 0), ("broken_after", 1)])
def test_a_stored_failure_is_all_that_its_key_ever_gives(at: AtStripe, how: Any, done: int):
    at.core.faults.plan(Fault(how))
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            pay(at)
        assert caught.value.http_status == 500
    assert len(at.transport.asked) == 2  # Stripe says that retrying is of no use
    assert paid(at) == done
    assert pay(at, {"idempotency_key": "twice"}).status == "succeeded"
    assert paid(at) == done + 1


def test_without_a_key_a_lost_answer_is_a_second_payment(at: AtStripe):
    """Why every call that moves money has one. The package adds its own, so it takes a client that forgets."""
    at.core.faults.plan(Fault("lost", times=3))
    with pytest.raises(stripe.APIConnectionError):
        pay(at, {})
    pay(at, {})
    assert paid(at) == 2


def test_a_fault_meets_what_it_is_meant_for_when_its_turn_comes(at: AtStripe):
    at.core.faults.plan(Fault("broken_before", path="/v1/customers", method="POST", after=1))
    at.client.v1.customers.list()
    at.client.v1.customers.create()
    pay(at)
    with pytest.raises(stripe.APIError):
        at.client.v1.customers.create()
    at.client.v1.customers.create()


def told(at: AtStripe, customers: int) -> list[str]:
    at.endpoint()
    for _ in range(customers):
        at.client.v1.customers.create()
    arrived: list[str] = []

    def take(delivery: Any) -> int:
        arrived.append(delivery.id)
        return 200

    at.webhooks(take)
    return arrived


def test_webhooks_are_lost_for_good(at: AtStripe):
    at.core.faults.webhooks = WebhookFaults(drop=1.0)
    assert told(at, 3) == []
    at.advance(days=3)
    assert at.webhooks(lambda _: 200) == 0


def test_webhooks_are_doubled(at: AtStripe):
    at.core.faults.webhooks = WebhookFaults(duplicate=1.0)
    arrived = told(at, 3)
    assert (len(arrived), len(set(arrived))) == (6, 3)


def test_webhooks_are_shuffled_by_their_seed():
    def order(shuffle: bool, seed: int) -> list[str]:
        at = at_stripe()
        at.core.faults.webhooks = WebhookFaults(shuffle=shuffle, seed=seed)
        return told(at, 8)

    straight, shuffled = order(False, 0), order(True, 1)
    assert shuffled != straight
    assert sorted(shuffled) == sorted(straight)
    assert order(True, 1) == shuffled != order(True, 2)
