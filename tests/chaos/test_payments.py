"""Payments and the ledger beside Stripe, under faults: a part of all points, and webhooks as the network leaves them.

All of the points, and the planted bugs that they find: `python -m tests.chaos.payments_points`.
"""

from dataclasses import replace
from datetime import timedelta

import pytest

from local.stripe.faults import WebhookFaults
from local.stripe.webhooks import Delivery, roll, signature
from tests.chaos.payments_bugs import BUGS
from tests.chaos.payments_checks import differences, stands, wrong
from tests.chaos.payments_crowd import Crowd
from tests.chaos.payments_points import PAYMENTS
from tests.chaos.payments_tales import TALES, capital
from tests.chaos.payments_wire import OnePoint
from tests.chaos.payments_world import PaymentsWorld, a_world

EVERY = 41
SOON_CAUGHT = {"a lost answer is a refusal", "nobody looks after a stored failure", "a returned payout stays at stripe"}


@pytest.mark.parametrize("tale", TALES)
def test_whatever_goes_wrong_at_one_call_leaves_the_same(tale):
    found = PAYMENTS.tally(tale, EVERY, first=sorted(TALES).index(tale))
    assert found.violations == []
    assert found.points >= 2


@pytest.mark.parametrize("bug", sorted(SOON_CAUGHT))
def test_a_planted_bug_is_caught(bug):
    assert BUGS.keys() >= SOON_CAUGHT
    assert PAYMENTS.caught(bug)


def with_webhooks(tale: str, faults: WebhookFaults | None) -> list[str]:
    """None: none of them arrives."""
    with a_world(OnePoint()) as world:
        capital(world)
        world.deliver = faults is not None
        world.core.faults.webhooks = faults or WebhookFaults()
        TALES[tale](world)
        world.rest()
        left = stands(world)
        # Who hears late may hear the end alone: that a payout had arrived before it came back, for one.
        expected = {name: was for name, was in PAYMENTS.undisturbed(tale)[0].items() if name != "told"}
        return [*differences(expected, left), *wrong(world)]


@pytest.mark.parametrize("tale", TALES)
@pytest.mark.parametrize(
    "faults",
    [None, WebhookFaults(drop=0.5, duplicate=0.3, shuffle=True, seed=3), WebhookFaults(duplicate=1.0, shuffle=True)],
    ids=["dropped", "some dropped", "doubled and shuffled"],
)
def test_webhooks_that_are_dropped_doubled_and_shuffled_change_nothing(tale, faults):
    assert with_webhooks(tale, faults) == []


def test_a_thousand_webhooks_at_once_are_all_heard():
    with a_world(OnePoint()) as world:
        crowd = Crowd(world, buyers=225)
        crowd.pays()
        taken = crowd.all_at_once(workers=4, seed=1)
        assert taken >= 1_000
        world.rest()
        assert crowd.complaints() == []
        assert list(wrong(world)) == []


def a_genuine_webhook(world: PaymentsWorld) -> Delivery:
    """Of a payment that has just succeeded, and that nobody has heard of."""
    crowd = Crowd(world, buyers=1)
    crowd.pays()
    [told] = [one for one in world.core.due_deliveries() if b'"type": "payment_intent.succeeded"' in one.body]
    return told


def forged(world: PaymentsWorld, told: Delivery) -> Delivery:
    return replace(told, body=told.body.replace(b'"amount_received": 5000', b'"amount_received": 5001'))


def replayed_after_ten_minutes(world: PaymentsWorld, told: Delivery) -> Delivery:
    world.time.at += timedelta(minutes=10)
    return told


def from_the_future(world: PaymentsWorld, told: Delivery) -> Delivery:
    world.time.at -= timedelta(minutes=10)
    return told


def to_the_other_endpoint(world: PaymentsWorld, told: Delivery) -> Delivery:
    return replace(told, url=f"{told.url}-connect")


def by_a_secret_nobody_told_metco(world: PaymentsWorld, told: Delivery) -> Delivery:
    signed = signature(told.body, int(world.time.at.timestamp()), ["whsec_somebody_elses"])
    return replace(told, headers={**told.headers, "Stripe-Signature": signed})


NOT_FROM_STRIPE = (
    *(forged, replayed_after_ten_minutes, from_the_future),
    *(to_the_other_endpoint, by_a_secret_nobody_told_metco),
)


@pytest.mark.parametrize("spoiled", NOT_FROM_STRIPE)
def test_what_stripe_does_not_say_here_and_now_is_refused_and_changes_nothing(spoiled):
    with a_world(OnePoint()) as world:
        told = a_genuine_webhook(world)
        before = dict(world.cloud.rows("payments"))
        assert world.take(spoiled(world, told)) == 400
        assert dict(world.cloud.rows("payments")) == before


def test_what_stripe_says_here_and_now_is_taken():
    """Or the refusals above would mean nothing."""
    with a_world(OnePoint()) as world:
        told = a_genuine_webhook(world)
        before = dict(world.cloud.rows("payments"))
        assert world.take(told) == 200
        assert dict(world.cloud.rows("payments")) != before


def test_a_secret_that_is_rotated_loses_nothing():
    """What is signed by the new one is refused until Metco has it, and comes again."""
    with a_world(OnePoint()) as world:
        crowd = Crowd(world, buyers=2)
        [platform] = [one for one in world.core.state.find("webhook_endpoint") if not one["_connect"]]
        new = world.core.act(lambda call: roll(call.state, platform["id"], call.now))
        crowd.pays()
        world.deliver = True
        world.carry()
        assert len(crowd.complaints()) == 3
        world.rotates(new)
        world.rest()
        assert crowd.complaints() == []
        assert list(wrong(world)) == []


def test_a_difference_is_seen():
    before = {"books": ["a", "a", "b"], "money at Stripe": {"USD": 1}}
    after = {"books": ["a", "b", "b"], "money at Stripe": {"USD": 2}}
    assert list(differences(before, before)) == []
    assert list(differences(before, after)) == [
        "books: too much ['b'], too little ['a']",
        "money at Stripe: {'USD': 2}, not {'USD': 1}",
    ]


def test_no_tale_is_without_a_call_of_stripe():
    def asked(tale: str) -> int:
        return sum(call.service == "stripe" for call in PAYMENTS.undisturbed(tale)[1].calls)

    assert {tale: asked(tale) >= 2 for tale in TALES} == dict.fromkeys(TALES, True)
