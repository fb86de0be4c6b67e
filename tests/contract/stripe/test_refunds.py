"""Money that goes back to the buyer.

docs.stripe.com/refunds, docs.stripe.com/api/refunds, docs.stripe.com/testing#refunds.
"""

from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_card_payment, a_charge, an_intent, notes, refused
from tests.contract.stripe.target import Target


def refunded(api: stripe.StripeClient, intent: stripe.PaymentIntent, **more: Any) -> stripe.Refund:
    asked: Any = {"payment_intent": intent.id, **more}
    return api.v1.refunds.create(asked)


def paid(api: stripe.StripeClient, amount: int = 20_00, card: str = "pm_card_visa") -> stripe.PaymentIntent:
    """Captured before Stripe answers: otherwise its refunds may have to wait for that."""
    return a_card_payment(api, amount, card, capture_method="automatic")


def charge_of(api: stripe.StripeClient, intent: stripe.PaymentIntent) -> stripe.Charge:
    return api.v1.charges.retrieve(str(intent.latest_charge))


def test_all_of_a_payment_goes_back(api: stripe.StripeClient):
    intent = paid(api, 20_00)
    refund = refunded(api, intent, metadata={"refund_id": "rfd_1"}, reason="requested_by_customer")
    assert refund.id.startswith("re_")
    assert (refund.status, refund.amount, refund.currency) == ("succeeded", 20_00, "usd")
    assert (refund.payment_intent, refund.charge) == (intent.id, intent.latest_charge)
    assert (notes(refund), refund.reason) == ({"refund_id": "rfd_1"}, "requested_by_customer")
    charge = charge_of(api, intent)
    assert (charge.refunded, charge.amount_refunded, charge.amount) == (True, 20_00, 20_00)
    # The payment itself stays what it was.
    assert api.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_payment_goes_back_piece_by_piece(api: stripe.StripeClient):
    intent = paid(api, 20_00)
    pieces = [refunded(api, intent, amount=amount).id for amount in (5_00, 7_00)]
    charge = charge_of(api, intent)
    assert (charge.refunded, charge.amount_refunded) == (False, 12_00)
    assert [one.id for one in api.v1.refunds.list({"payment_intent": intent.id}).data] == pieces[::-1]
    assert refunded(api, intent).amount == 8_00, "what is left, if nothing is said"
    assert charge_of(api, intent).refunded is True


def test_no_more_goes_back_than_was_paid(api: stripe.StripeClient):
    intent = paid(api, 20_00)
    refused(refunded, api, intent, amount=20_01)
    assert charge_of(api, intent).amount_refunded == 0
    refunded(api, intent, amount=15_00)
    refused(refunded, api, intent, amount=5_01)
    assert charge_of(api, intent).amount_refunded == 15_00
    refunded(api, intent, amount=5_00)
    assert refused(refunded, api, intent, amount=1).code == "charge_already_refunded"
    assert sum(one.amount for one in api.v1.refunds.list({"payment_intent": intent.id}).data) == 20_00


@pytest.mark.parametrize("amount", [0, -5_00])
def test_a_refund_is_of_something(api: stripe.StripeClient, amount: int):
    intent = paid(api)
    refused(refunded, api, intent, amount=amount)
    assert api.v1.refunds.list({"payment_intent": intent.id}).data == []


def test_what_was_not_paid_does_not_go_back(api: stripe.StripeClient):
    intent = an_intent(api)
    refused(refunded, api, intent)
    assert api.v1.refunds.list({"payment_intent": intent.id}).data == []


def test_a_refund_takes_from_the_balance_and_the_fee_stays_paid(api: stripe.StripeClient):
    intent = paid(api, 20_00)
    refund = refunded(api, intent, amount=5_00)
    moved = api.v1.balance_transactions.retrieve(str(refund.balance_transaction))
    assert (moved.amount, moved.fee, moved.net, moved.currency) == (-5_00, 0, -5_00, "usd")
    assert (moved.type, moved.source) == ("refund", refund.id)


def test_a_refund_may_be_pending(api: stripe.StripeClient, target: Target):
    intent = paid(api, card="pm_card_pendingRefund")
    refund = refunded(api, intent)
    assert refund.status == "pending"
    assert charge_of(api, intent).amount_refunded == 20_00
    assert target.in_time(lambda: api.v1.refunds.retrieve(refund.id).status, "succeeded")


def test_a_refund_may_come_back(api: stripe.StripeClient, target: Target):
    """docs.stripe.com/refunds#failed-refunds: the money is on the platform's balance again."""
    intent = paid(api, card="pm_card_refundFail")
    refund = refunded(api, intent)
    assert refund.status == "succeeded"
    assert target.in_time(lambda: api.v1.refunds.retrieve(refund.id).status, "failed")
    failed = api.v1.refunds.retrieve(refund.id)
    assert failed.failure_reason
    back = api.v1.balance_transactions.retrieve(str(failed.failure_balance_transaction))
    assert (back.amount, back.net, back.type) == (20_00, 20_00, "refund_failure")


def test_a_refund_leads_to_its_charge_by_either_name(api: stripe.StripeClient):
    charge = a_charge(api)
    refund = api.v1.refunds.create({"charge": charge.id})
    assert (refund.charge, refund.payment_intent) == (charge.id, charge.payment_intent)
