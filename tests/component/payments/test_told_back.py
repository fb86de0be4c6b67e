"""What Stripe tells of money that goes back and out, over its two endpoints: dropped, doubled, in any order."""

from datetime import timedelta
from typing import Any

import pytest

from functions.payments import paying_out
from functions.payments.store.payouts import payouts
from local.stripe.faults import WebhookFaults
from tests.builders import contesting as c
from tests.builders import money_back as m
from tests.builders.ledger import STORE, an_id
from tests.builders.paying import hear
from tests.builders.stand_in import AtStripe

MISFORTUNES = {
    "none": WebhookFaults(),
    "doubled and shuffled": WebhookFaults(duplicate=1.0, shuffle=True, seed=3),
}


@pytest.fixture(params=MISFORTUNES)
def stripe_tells(request: pytest.FixtureRequest, stripe: AtStripe) -> AtStripe:
    m.paid(stripe, 500_00, order=9)
    stripe.core.faults.webhooks = MISFORTUNES[request.param]
    return stripe


def passes(stripe: AtStripe, world: Any, time: Any, **how_long: float) -> None:
    time(timedelta(**how_long))
    hear(stripe, world)
    hear(stripe, world)


def test_a_refund_that_takes_its_time_is_told(world, stripe_tells, time):
    payment_id = m.paid(stripe_tells, card="pm_card_pendingRefund")
    time(timedelta(days=3))
    asked = {"payment_id": payment_id, "refund_id": "rfd_1", "amount": m.money(40_00)}
    assert m.task("refund", **asked)["outcome"] == "pending"
    passes(stripe_tells, world, time, minutes=1)
    assert [one["refund_id"] for one in m.told(world, "RefundSettled")] == ["rfd_1"]


def test_a_payout_that_does_not_arrive_is_told_on_the_sellers_endpoint(world, stripe_tells, time):
    m.payable(stripe_tells, "000111111113")
    paying_out.begin(m.approved(60_00))
    passes(stripe_tells, world, time, seconds=10)
    passes(stripe_tells, world, time, days=1)
    assert m.became(world)[0] == ("sent", "")
    assert m.became(world)[-1] == ("returned", "account_closed")
    assert payouts().one(STORE, an_id("wdr")).state == "returned"


@pytest.mark.parametrize(("words", "outcome"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_a_chargeback_is_told_from_its_beginning_to_its_end(world, stripe_tells, time, words, outcome):
    payment_id, dispute_id = c.disputed(stripe_tells)
    m.hear(c.paid_for(payment_id, STORE))
    passes(stripe_tells, world, time, minutes=1)
    kept = c.known(dispute_id)
    c.says(kept, uncategorized_text=words)
    c.send(kept)
    time(timedelta(minutes=1))
    m.swept()
    passes(stripe_tells, world, time, minutes=1)
    told = [one["type"] for one in m.told(world, "ChargebackOpened", "ChargebackClosed")]
    assert (told, c.known(dispute_id).state) == (["ChargebackOpened", "ChargebackClosed"], outcome)


def test_what_is_never_told_is_found(world, stripe, time):
    m.paid(stripe, 500_00, order=9)
    m.payable(stripe, "000111111116")
    stripe.core.faults.webhooks = WebhookFaults(drop=1.0)
    paying_out.begin(m.approved(60_00))
    _, dispute_id = c.disputed(stripe)
    c.decide(stripe, dispute_id, won=False)
    passes(stripe, world, time, days=1)
    assert m.told(world, "ChargebackOpened") == []
    for _ in range(3):
        time(timedelta(hours=7))
        m.swept()
    assert m.became(world) == [("sent", ""), ("returned", "no_account")]
    assert sorted(one["type"] for one in m.told(world, "ChargebackOpened", "ChargebackClosed")) == [
        "ChargebackClosed",
        "ChargebackOpened",
    ]
