"""Money that goes back: refunds and disputes (docs.stripe.com/refunds, docs.stripe.com/disputes)."""

from io import BytesIO
from typing import Any

import pytest
import stripe

from local.stripe.objects import disputes
from tests.builders.stand_in import RETURN_URL, AtStripe, at_stripe

PNG = b"\x89PNG\r\n\x1a\n" + b"\r\n\xff\x00" * 8


@pytest.fixture
def at() -> AtStripe:
    return at_stripe()


def paid(at: AtStripe, method: str = "pm_card_visa", amount: int = 20_00, **more: Any) -> stripe.PaymentIntent:
    asked: Any = {"amount": amount, "currency": "usd", "payment_method": method, "confirm": True}
    return at.client.v1.payment_intents.create(asked | {"return_url": RETURN_URL, **more})


def charge_of(at: AtStripe, intent: stripe.PaymentIntent) -> stripe.Charge:
    return at.client.v1.charges.retrieve(str(intent.latest_charge))


def sums(at: AtStripe, status: str, currency: str = "usd", account: str = "") -> int:
    balance: Any = at.client.v1.balance.retrieve({}, {"stripe_account": account} if account else {})
    return sum(one.amount for one in balance[status] if one.currency == currency)


def told(at: AtStripe) -> list[str]:
    return [event.type for event in reversed(at.client.v1.events.list({"limit": 100}).data)]


def dispute_of(at: AtStripe, method: str = "pm_card_createDispute") -> stripe.Dispute:
    intent = paid(at, method)
    at.advance(seconds=10)
    return at.client.v1.disputes.list({"payment_intent": intent.id}).data[0]


# -------------------------------------------------------------------------------------------------------------- refunds


def test_a_refund_of_what_is_pending_comes_out_of_what_is_pending(at: AtStripe):
    intent = paid(at)
    at.client.v1.refunds.create({"payment_intent": intent.id, "amount": 5_00})
    assert (sums(at, "available"), sums(at, "pending")) == (0, 20_00 - 88 - 5_00)
    at.advance(days=3)
    assert (sums(at, "available"), sums(at, "pending")) == (20_00 - 88 - 5_00, 0)


def test_a_days_funds_become_available_together_and_are_told_once(at: AtStripe):
    for _ in range(3):
        paid(at)
    at.advance(days=3)
    assert told(at).count("balance.available") == 1
    assert sums(at, "available") == 3 * (20_00 - 88)


def test_a_refund_waits_until_there_is_money_for_it(at: AtStripe):
    intent = paid(at, "pm_card_bypassPending")
    at.advance(seconds=5)
    refund = at.client.v1.refunds.create({"payment_intent": intent.id})
    assert (refund.status, refund.pending_reason, refund.balance_transaction) == ("pending", "insufficient_funds", None)
    at.advance(hours=2)
    assert at.client.v1.refunds.retrieve(refund.id).status == "pending"
    at.client.v1.topups.create({"amount": 1_00, "currency": "usd"})
    at.advance(hours=2)
    after = at.client.v1.refunds.retrieve(refund.id)
    assert (after.status, after.to_dict().get("pending_reason")) == ("succeeded", None)
    assert sums(at, "available") == 20_00 - 88 + 1_00 - 20_00


def test_a_failed_refund_gives_the_money_back_and_can_be_tried_again(at: AtStripe):
    intent = paid(at, "pm_card_refundFail")
    refund = at.client.v1.refunds.create({"payment_intent": intent.id})
    at.advance(seconds=10)
    failed = at.client.v1.refunds.retrieve(refund.id)
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")
    assert failed.failure_balance_transaction
    charge = charge_of(at, intent)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert sums(at, "pending") == 20_00 - 88
    assert at.client.v1.refunds.create({"payment_intent": intent.id}).amount == 20_00
    assert told(at).count("refund.failed") == 1


def test_a_charge_that_is_charged_back_cannot_be_refunded_and_an_inquiry_can(at: AtStripe):
    dispute = dispute_of(at)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        at.client.v1.refunds.create({"charge": str(dispute.charge)})
    assert refused.value.code == "charge_disputed"
    assert not at.client.v1.refunds.list({"charge": str(dispute.charge)}).data
    asked = dispute_of(at, "pm_card_createDisputeInquiry")
    assert at.client.v1.refunds.create({"charge": str(asked.charge)}).status == "succeeded"


def test_what_came_by_transfer_goes_back_to_the_customers_balance(at: AtStripe):
    customer = at.client.v1.customers.create({})
    intent = paid(
        at,
        "",
        customer=customer.id,
        payment_method_data={"type": "customer_balance"},
        payment_method_options={
            "customer_balance": {"funding_type": "bank_transfer", "bank_transfer": {"type": "us_bank_transfer"}}
        },
    )
    at.client.v1.test_helpers.customers.fund_cash_balance(customer.id, {"amount": 20_00, "currency": "usd"})
    refund = at.client.v1.refunds.create({"payment_intent": intent.id})
    assert refund.id.startswith("pyr_")
    assert at.client.v1.customers.cash_balance.retrieve(customer.id).to_dict()["available"] == {"usd": 20_00}


# ------------------------------------------------------------------------------------------------------------- disputes


def test_a_dispute_takes_amount_and_fee_and_a_won_one_brings_both_back(at: AtStripe):
    before = sums(at, "available")
    dispute = dispute_of(at)
    assert [(one.amount, one.fee, one.net) for one in dispute.balance_transactions] == [(-20_00, 15_00, -35_00)]
    assert sums(at, "available") == before - 35_00
    at.core.act(disputes.decided, {"id": dispute.id, "how": "won"})
    assert sums(at, "available") == before
    assert [kind for kind in told(at) if "dispute" in kind] == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


def test_who_does_not_answer_in_time_has_lost(at: AtStripe):
    dispute = dispute_of(at)
    at.advance(days=11)
    late = at.client.v1.disputes.retrieve(dispute.id)
    assert (late.status, late.evidence_details.past_due) == ("lost", True)
    assert sums(at, "available") == 20_00 - 88 - 35_00


def test_evidence_is_staged_and_sent_once(at: AtStripe):
    dispute = dispute_of(at)
    file = BytesIO(PNG)
    file.name = "receipt.png"
    kept = at.client.v1.files.create({"purpose": "dispute_evidence", "file": file})
    assert (kept.size, kept.type, kept.filename) == (len(PNG), "png", "receipt.png")
    staged = at.client.v1.disputes.update(dispute.id, {"evidence": {"receipt": kept.id}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = at.client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}})
    assert (sent.status, sent.evidence.receipt, sent.evidence_details.submission_count) == ("under_review", kept.id, 1)
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Eve"}})
    assert at.client.v1.disputes.retrieve(dispute.id).evidence.customer_name == "Ada"


def test_evidence_names_files_that_there_are(at: AtStripe):
    dispute = dispute_of(at)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        at.client.v1.disputes.update(dispute.id, {"evidence": {"receipt": "file_nowhere"}})
    assert refused.value.code == "resource_missing"


def test_an_inquiry_takes_nothing_until_it_becomes_a_chargeback(at: AtStripe):
    dispute = dispute_of(at, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions, sums(at, "available")) == ("warning_needs_response", [], 0)
    at.client.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "escalate_inquiry_evidence"}})
    at.advance(seconds=10)
    after = at.client.v1.disputes.retrieve(dispute.id)
    assert (after.status, after.is_charge_refundable, sums(at, "available")) == ("needs_response", False, -35_00)


def test_a_closed_dispute_stays_closed(at: AtStripe):
    dispute = dispute_of(at)
    assert at.client.v1.disputes.close(dispute.id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError):
        at.client.v1.disputes.close(dispute.id)
    at.core.act(disputes.decided, {"id": dispute.id, "how": "won"})
    assert at.client.v1.disputes.retrieve(dispute.id).status == "lost"
    assert sums(at, "available") == -35_00
