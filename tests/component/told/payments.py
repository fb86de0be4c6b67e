"""All that payments tells of, and what leads to a person and is said on the way."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from functions.payments import disputing, reconcile
from functions.payments.reconcile import BooksDiffer
from kernel import clock
from tests.builders import at_hand, contesting, onboarding, paying
from tests.builders import money_back as m
from tests.builders import payments as a
from tests.builders.cloud import World
from tests.builders.http import Context
from tests.builders.ledger import NOON, STORE
from tests.builders.stand_in import RETURN_URL, AtStripe

PERSONAL = (at_hand.IBAN, "4242", "6789", "delivered", "_secret_")
WORLD = World({}, "")


def everything() -> None:
    with clock.frozen(NOON) as time:
        stripe = paying.listening(a.connected())
        for part in (paid, refused, given_up, paid_twice, given_back, contested, paid_out, reached_by_hand):
            part(stripe)
            paying.hear(stripe, WORLD)
        time(timedelta(days=8))
        m.swept()
        for _ in range(3):
            with suppress(BooksDiffer):  # there are none in this world
                reconcile.handler({}, Context())


def paid(stripe: AtStripe) -> None:
    paying.pay(stripe, paying.bought(500_00), "pm_card_bypassPending")


def refused(stripe: AtStripe) -> None:
    paying.pay(stripe, paying.bought(), "pm_card_chargeDeclined")


def given_up(_: AtStripe) -> None:
    a.buyer()("POST", f"/v1/payments/{paying.bought()['payment_id']}/cancel")


def paid_twice(stripe: AtStripe) -> None:
    """Stripe had failed, and made an intent all the same: it is paid as well."""
    payment_id = m.paid(stripe, 40_00, order=1)
    asked: Any = {"amount": 40_00, "currency": "usd", "payment_method": "pm_card_bypassPending", "confirm": True}
    asked |= {"metadata": {"payment_id": payment_id}, "return_url": RETURN_URL}
    stripe.client.v1.payment_intents.create(asked)


def given_back(stripe: AtStripe) -> None:
    for order, card in ((2, "pm_card_bypassPending"), (3, "pm_card_refundFail")):
        payment_id = m.paid(stripe, 60_00, card, order=order)
        m.task("refund", payment_id=payment_id, refund_id=f"rfd_{order}", amount=m.money(10_00))
        stripe.advance(minutes=1)


def contested(stripe: AtStripe) -> None:
    kept = contesting.opened(stripe, order=4)
    a.seller()("PUT", contesting.path(kept, "/evidence", STORE), {"uncategorized_text": "It was delivered."})
    contesting.decided(stripe, kept, won=False)
    disputing.refreshed(kept.dispute_id)


def paid_out(stripe: AtStripe) -> None:
    account_id = onboarding.payable(stripe)
    m.hear(m.approved(60_00))
    m.swept()
    stripe.client.v1.transfers.create({"amount": 30_00, "currency": "usd", "destination": account_id})
    m.task("reverse_transfers", store_id=STORE, reference="rfd_9", amount=m.money(5_00))


def reached_by_hand(_: AtStripe) -> None:
    a.with_settings(payout_ways={"bank": {"by": "hand"}})
    a.seller()("PUT", f"/v1/stores/{STORE}/payout-destinations/bank", {"iban": at_hand.IBAN})
    asked = m.approved(20_00, "bank", number=1)
    m.hear(asked)
    a.finance()("POST", f"/v1/stores/{STORE}/payouts/{asked.withdrawal_id}/mark", {"became": "sent"})
