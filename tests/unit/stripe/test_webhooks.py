import json
from typing import Any

import pytest
import stripe

from local.stripe import webhooks
from local.stripe.clock import Clock
from local.stripe.webhooks import Delivery
from tests.builders.stand_in import AtStripe, at_stripe


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def sent(at: AtStripe, status: int = 200) -> list[Delivery]:
    arrived: list[Delivery] = []

    def take(delivery: Delivery) -> int:
        arrived.append(delivery)
        return status

    at.webhooks(take)
    return arrived


def is_signed(at: AtStripe, delivery: Delivery, secret: str) -> bool:
    """By the package's own check, whose clock is the machine's, and of this moment, whatever Stripe's clock says."""
    header = delivery.headers["Stripe-Signature"]
    try:
        stripe.WebhookSignature.verify_header(delivery.body.decode(), header, secret)
    except stripe.SignatureVerificationError:
        return False
    return header.split(",")[0] == f"t={at.core.clock.read()}"


def test_an_event_is_told_to_whom_it_is_for(at: AtStripe):
    at.endpoint("https://metco.example/platform")
    at.endpoint("https://metco.example/sellers", connect=True)
    at.client.v1.webhook_endpoints.create(
        {"url": "https://metco.example/refunds", "enabled_events": ["charge.refunded"]}
    )
    at.client.v1.customers.create()
    assert [one.url for one in sent(at)] == ["https://metco.example/platform"]


def test_what_is_not_taken_is_sent_again_signed_anew_and_given_up_in_the_end(at: AtStripe):
    secret = at.endpoint().secret
    at.client.v1.customers.create()
    first = sent(at, 500)
    assert len(first) == 1
    assert sent(at) == []  # not at once
    seen = [first[0]]
    for seconds in at.core.settings.resend_after_s:
        at.core.advance(seconds)
        [again] = sent(at, 0)  # 0: nobody answered
        assert is_signed(at, again, secret)
        assert again.body == first[0].body
        seen.append(again)
    at.advance(days=30)
    assert sent(at) == []
    assert at.core.state.find("delivery")[0]["status"] == "given up"


def test_what_was_taken_is_not_sent_again(at: AtStripe):
    at.endpoint()
    at.client.v1.customers.create()
    assert at.client.v1.events.list().data[0].pending_webhooks == 1
    assert len(sent(at)) == 1
    at.advance(days=1)
    assert sent(at) == []
    assert at.client.v1.events.list().data[0].pending_webhooks == 0


def test_while_a_secret_is_rotated_both_are_good(at: AtStripe):
    endpoint = at.endpoint()
    old = endpoint.secret
    new = at.core.act(lambda call: webhooks.roll(call.state, endpoint.id, call.now, keep_s=3600))
    at.client.v1.customers.create()
    [delivery] = sent(at)
    assert is_signed(at, delivery, old)
    assert is_signed(at, delivery, new)
    at.advance(hours=2)
    at.client.v1.customers.create()
    [delivery] = sent(at)
    assert not is_signed(at, delivery, old)
    assert is_signed(at, delivery, new)


def test_a_secret_that_is_replaced_at_once_is_good_no_more(at: AtStripe):
    endpoint = at.endpoint()
    new = at.core.act(lambda call: webhooks.roll(call.state, endpoint.id, call.now))
    at.client.v1.customers.create()
    [delivery] = sent(at)
    assert (is_signed(at, delivery, endpoint.secret), is_signed(at, delivery, new)) == (False, True)


def test_an_event_is_sent_again_by_hand(at: AtStripe):
    at.endpoint()
    at.client.v1.customers.create()
    [first] = sent(at)
    event = at.client.v1.events.list().data[0].id
    assert at.core.act(lambda call: webhooks.resend(call.state, event, call.now)) == 1
    [again] = sent(at)
    assert again.id != first.id
    assert json.loads(again.body) == json.loads(first.body)


def test_a_disabled_or_deleted_endpoint_hears_nothing(at: AtStripe):
    off, gone = at.endpoint("https://metco.example/off"), at.endpoint("https://metco.example/gone")
    at.client.v1.webhook_endpoints.update(off.id, {"disabled": True})
    at.client.v1.customers.create()
    at.client.v1.webhook_endpoints.delete(gone.id)
    assert sent(at) == []


def test_a_secret_is_shown_once(at: AtStripe):
    endpoint = at.endpoint()
    assert endpoint.secret.startswith("whsec_")
    assert "secret" not in at.client.v1.webhook_endpoints.retrieve(endpoint.id).to_dict()


def test_an_event_can_be_asked_for_for_thirty_days(at: AtStripe):
    at.client.v1.customers.create()
    event: Any = at.client.v1.events.list().data[0]
    at.advance(days=29)
    assert at.client.v1.events.retrieve(event.id).type == "customer.created"
    at.advance(days=2)
    assert at.client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.events.retrieve(event.id)


def test_each_sending_is_signed_at_its_own_time():
    moment = [1_900_000_000]
    at = at_stripe()
    at.core.clock = Clock(at.core.state, lambda: moment[0])
    at.endpoint()
    at.client.v1.customers.create()
    [first] = sent(at, 500)
    moment[0] += at.core.settings.resend_after_s[0]
    [again] = sent(at)
    assert first.headers["Stripe-Signature"] != again.headers["Stripe-Signature"]
    assert again.headers["Stripe-Signature"].startswith(f"t={moment[0]},v1=")


def test_moving_stripes_clock_makes_no_webhook_come_from_the_future(at: AtStripe):
    secret = at.endpoint().secret
    at.advance(days=30)
    at.client.v1.customers.create()
    [delivery] = sent(at)
    assert is_signed(at, delivery, secret)
    assert json.loads(delivery.body)["created"] == at.core.clock.now() == at.core.clock.read() + 30 * 24 * 3600
