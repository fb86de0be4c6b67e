"""Payments that a bank takes back: docs.stripe.com/disputes/how-disputes-work, docs.stripe.com/testing#disputes."""

from io import BytesIO
from typing import Any

import pytest
import stripe

from tests.contract.stripe.paying import a_card_payment, refused
from tests.contract.stripe.target import Target


@pytest.fixture
def intent(api: stripe.StripeClient) -> stripe.PaymentIntent:
    return a_card_payment(api, 80_00, card="pm_card_createDispute")


def dispute_of(api: stripe.StripeClient, target: Target, intent: stripe.PaymentIntent) -> stripe.Dispute:
    """Stripe makes it a moment after the payment."""

    def there() -> int:
        return len(api.v1.disputes.list({"payment_intent": intent.id}).data)

    assert target.in_time(there, 1)
    [found] = api.v1.disputes.list({"payment_intent": intent.id}).data
    return found


def answered(api: stripe.StripeClient, dispute: stripe.Dispute, text: str) -> stripe.Dispute:
    asked: Any = {"evidence": {"uncategorized_text": text}, "submit": True}
    return api.v1.disputes.update(dispute.id, asked)


def net(dispute: stripe.Dispute) -> list[int]:
    return [one.net for one in dispute.balance_transactions]


def test_a_bank_takes_a_payment_back(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    assert intent.status == "succeeded"
    dispute = dispute_of(api, target, intent)
    assert dispute.id.startswith(("dp_", "du_"))
    assert (dispute.status, dispute.amount, dispute.currency) == ("needs_response", 80_00, "usd")
    assert (dispute.charge, dispute.payment_intent) == (intent.latest_charge, intent.id)
    assert dispute.reason == "fraudulent"
    assert dispute.evidence_details.due_by
    assert dispute.evidence_details.due_by > dispute.created
    assert dispute.evidence_details.has_evidence is False
    assert api.v1.charges.retrieve(str(intent.latest_charge)).disputed is True


def test_the_money_is_gone_while_it_is_disputed_and_a_fee_with_it(
    api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target
):
    dispute = dispute_of(api, target, intent)
    [taken] = dispute.balance_transactions
    assert (taken.amount, taken.type, taken.source) == (-80_00, "adjustment", dispute.id)
    assert taken.fee > 0
    assert taken.net == -80_00 - taken.fee
    listed = api.v1.balance_transactions.list({"source": dispute.id}).data
    assert [one.net for one in listed] == [taken.net]


def test_a_dispute_is_won(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    dispute = dispute_of(api, target, intent)
    answered(api, dispute, "winning_evidence")
    assert target.in_time(lambda: api.v1.disputes.retrieve(dispute.id).status, "won")
    won = api.v1.disputes.retrieve(dispute.id)
    assert len(won.balance_transactions) == 2
    back = max(won.balance_transactions, key=lambda one: one.amount)
    assert (back.amount, back.type) == (80_00, "adjustment")
    refused(answered, api, dispute, "more")


def test_a_dispute_is_lost(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    dispute = dispute_of(api, target, intent)
    taken = net(dispute)
    answered(api, dispute, "losing_evidence")
    assert target.in_time(lambda: api.v1.disputes.retrieve(dispute.id).status, "lost")
    assert net(api.v1.disputes.retrieve(dispute.id)) == taken


def test_a_dispute_is_given_up(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    dispute = dispute_of(api, target, intent)
    taken = net(dispute)
    assert api.v1.disputes.close(dispute.id).status == "lost"
    assert net(api.v1.disputes.retrieve(dispute.id)) == taken
    refused(answered, api, dispute, "too late")
    refused(api.v1.disputes.close, dispute.id)


def test_evidence_is_gathered_before_it_is_sent(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    dispute = dispute_of(api, target, intent)
    asked: Any = {"evidence": {"shipping_tracking_number": "1Z"}, "submit": False}
    kept = api.v1.disputes.update(dispute.id, asked)
    assert (kept.status, kept.evidence_details.has_evidence) == ("needs_response", True)
    assert kept.evidence.shipping_tracking_number == "1Z"
    assert kept.evidence_details.submission_count == 0
    more: Any = {"evidence": {"shipping_carrier": "UPS"}, "submit": False}
    assert api.v1.disputes.update(dispute.id, more).evidence.shipping_tracking_number == "1Z"


def test_what_a_bank_has_taken_back_is_not_refunded_as_well(
    api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target
):
    dispute_of(api, target, intent)
    assert refused(api.v1.refunds.create, {"payment_intent": intent.id}).code == "charge_disputed"
    assert api.v1.refunds.list({"payment_intent": intent.id}).data == []


def test_an_inquiry_takes_nothing(api: stripe.StripeClient, target: Target):
    intent = a_card_payment(api, 80_00, card="pm_card_createDisputeInquiry")
    dispute = dispute_of(api, target, intent)
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert dispute.is_charge_refundable is True


def test_a_file_is_held_against_a_dispute(api: stripe.StripeClient, intent: stripe.PaymentIntent, target: Target):
    """docs.stripe.com/api/files/create"""
    content = b"%PDF-1.7\n" + b"signed for " * 10
    paper = BytesIO(content)
    paper.name = "delivery.pdf"
    asked: Any = {"purpose": "dispute_evidence", "file": paper}
    file = api.v1.files.create(asked)
    assert file.id.startswith("file_")
    assert (file.purpose, file.size) == ("dispute_evidence", len(content))
    dispute = dispute_of(api, target, intent)
    evidence: Any = {"evidence": {"shipping_documentation": file.id}, "submit": False}
    assert api.v1.disputes.update(dispute.id, evidence).evidence.shipping_documentation == file.id
    unknown: Any = {"evidence": {"shipping_documentation": "file_1Nothing000000000000000"}}
    refused(api.v1.disputes.update, dispute.id, unknown)
