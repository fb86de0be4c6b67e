"""A buyer's bank takes a payment back, and decides. # docs.stripe.com/disputes, docs.stripe.com/testing#disputes"""

from collections.abc import Iterable

from local.stripe.call import Call
from local.stripe.clock import DAY_S
from local.stripe.objects import balance_transactions, charges
from local.stripe.routes import later, route
from local.stripe.wire import Document, invalid

TAKES_S = 5
DUE_DAYS = 9  # docs.stripe.com/disputes/responding: seven to twenty-one days, by the network
MAX_TEXT = 150_000  # docs.stripe.com/disputes/api
FEES = {
    "usd": 1500,
    "eur": 2000,
    "gbp": 2000,
    "jpy": 1300,
    "inr": 100_000,
    "kwd": 4500,
}  # stripe.com/pricing, by country
FEE = 1500

TEXTS = (
    *("access_activity_log", "billing_address", "cancellation_policy_disclosure", "cancellation_rebuttal"),
    *("customer_email_address", "customer_name", "customer_purchase_ip", "duplicate_charge_explanation"),
    *("duplicate_charge_id", "product_description", "refund_policy_disclosure", "refund_refusal_explanation"),
    *("service_date", "shipping_address", "shipping_carrier", "shipping_date", "shipping_tracking_number"),
    "uncategorized_text",
)
FILES = (
    *("cancellation_policy", "customer_communication", "customer_signature", "duplicate_charge_documentation"),
    *("receipt", "refund_policy", "service_documentation", "shipping_documentation", "uncategorized_file"),
)
WAITING = ("needs_response", "warning_needs_response")
OVER = ("won", "lost", "warning_closed")


@later("charge.disputed")
def comes(call: Call, told: Document) -> None:
    """Some test cards are disputed a little after they have paid."""
    charges.captured(call, told)
    charge = call.get("charge", told["id"])
    if told["kind"] == "warning":
        _warn(call, charge)
    elif charge["amount"] > charge["amount_refunded"] and not charge["disputed"]:
        opens(call, charge, told["kind"])


def opens(call: Call, charge: Document, why: str, amount: int = 0) -> Document:
    """docs.stripe.com/disputes/how-disputes-work: amount and fee leave the balance. An inquiry takes nothing yet."""
    inquiry = why == "inquiry"
    card = charge["payment_method_details"].get("card") or {}
    brand = card.get("brand") or "visa"
    dispute: Document = {
        "id": call.id("du"),
        "object": "dispute",
        "amount": amount or charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys((*TEXTS, *FILES)), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": call.now - call.now % DAY_S + (DUE_DAYS + 1) * DAY_S - 1,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": "fraudulent" if inquiry else why,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    call.save(charge | {"disputed": True}, "charge.updated", charge)
    if not inquiry:
        _move(call, dispute, charge, out=True)
    call.add(dispute, "charge.dispute.created")
    if not inquiry:
        call.tell("charge.dispute.funds_withdrawn", dispute)
    call.schedule(dispute["evidence_details"]["due_by"] - call.now, "dispute.due", id=dispute["id"])
    return dispute


def _warn(call: Call, charge: Document) -> None:
    """docs.stripe.com/disputes/measuring#early-fraud-warnings"""
    warning: Document = {
        "id": call.id("issfr"),
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "charge": charge["id"],
        "created": call.now,
        "fraud_type": "unauthorized_use_of_card",
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    call.add(warning, "radar.early_fraud_warning.created")


def _move(call: Call, dispute: Document, charge: Document, *, out: bool) -> None:
    """The dispute's own amount and the fee, away or back. # docs.stripe.com/disputes/how-disputes-work#dispute-fees"""
    of_charge = call.get("balance_transaction", charge["balance_transaction"])
    amount, currency = dispute["amount"], of_charge["currency"]
    if of_charge["exchange_rate"]:
        amount = round(amount * of_charge["exchange_rate"])
    fee = FEES.get(currency, FEE)
    way = -1 if out else 1
    moved = balance_transactions.post(
        call,
        "adjustment",
        way * amount,
        currency,
        dispute["id"],
        fee=-way * fee,
        fees=[balance_transactions.stripe_fee(-way * fee, currency, "Dispute fee")],
        description=f"Chargeback {'withdrawal' if out else 'reversal'} for {charge['id']}",
        category="dispute" if out else "dispute_reversal",
        exchange_rate=of_charge["exchange_rate"],
    )
    dispute["balance_transactions"] = [*dispute["balance_transactions"], moved]


# ---------------------------------------------------------------------------------------------------------- and its end


def decide(call: Call, dispute: Document, won: bool) -> Document:
    """docs.stripe.com/disputes/how-disputes-work: the bank's word is the last. # docs.stripe.com/testing#evidence"""
    if dispute["status"] in OVER:
        return dispute
    if dispute["status"].startswith("warning"):
        return call.save(dispute | {"status": "warning_closed"}, "charge.dispute.closed", dispute)
    after = dispute | {"status": "won" if won else "lost"}
    if won:
        _move(call, after, call.get("charge", dispute["charge"]), out=False)
    call.save(after)
    if won:
        call.tell("charge.dispute.funds_reinstated", after, dispute)
    call.tell("charge.dispute.closed", after, dispute)
    return after


def escalate(call: Call, dispute: Document) -> Document:
    """docs.stripe.com/disputes/how-disputes-work#inquiries: an inquiry can become a chargeback."""
    after = dispute | {"status": "needs_response", "is_charge_refundable": False}
    after["payment_method_details"]["card"]["case_type"] = "chargeback"
    _move(call, after, call.get("charge", dispute["charge"]), out=True)
    call.save(after, "charge.dispute.updated", dispute)
    call.tell("charge.dispute.funds_withdrawn", after)
    return after


@later("dispute.decided")
def decided(call: Call, told: Document) -> None:
    dispute = call.get("dispute", told["id"])
    if told["how"] == "escalate":
        escalate(call, dispute)
    else:
        decide(call, dispute, told["how"] == "won")


@later("dispute.due")
def due(call: Call, told: Document) -> None:
    """docs.stripe.com/disputes/responding: whoever does not answer in time has lost."""
    dispute = call.get("dispute", told["id"])
    if dispute["status"] in WAITING:
        dispute["evidence_details"]["past_due"] = True
        decide(call, dispute, won=False)


# --------------------------------------------------------------------------------------------------------------- routes


@route("GET", "/v1/disputes", "DisputeListParams")
def listed(call: Call) -> Document:
    equal = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    return call.listed("dispute", **equal)


@route("GET", "/v1/disputes/{id}", "DisputeRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("dispute")


@route("POST", "/v1/disputes/{id}", "DisputeUpdateParams")
def updated(call: Call) -> Document:
    """Evidence is staged, or sent: once. # docs.stripe.com/api/disputes/update"""
    before = call.named("dispute")
    after = before | {"metadata": call.metadata(before["metadata"])}
    given = call.params.get("evidence")
    if given is not None:
        if before["status"] not in WAITING:
            raise invalid(f"This dispute is {before['status']}: its evidence was sent, or its time is over.")
        after["evidence"] = before["evidence"] | _evidence(call, given)
        after["evidence_details"] = before["evidence_details"] | {"has_evidence": _any(after["evidence"].values())}
    if given is not None and call.params.get("submit", True):
        after = _sent(call, after)
    return call.save(after, "charge.dispute.updated", before)


def _any(values: Iterable[object]) -> bool:
    return any(value for value in values)


def _evidence(call: Call, given: Document) -> Document:
    for name in FILES:
        if given.get(name):
            file = call.get("file", given[name], f"evidence[{name}]")
            if file["purpose"] != "dispute_evidence":
                raise invalid(
                    f"The file {file['id']} must have the purpose dispute_evidence.", param=f"evidence[{name}]"
                )
    if sum(len(str(given.get(name) or "")) for name in TEXTS) > MAX_TEXT:
        raise invalid(f"The evidence's texts may have {MAX_TEXT:,} characters together.", param="evidence")
    return {name: value or None for name, value in given.items() if name in TEXTS or name in FILES}


def _sent(call: Call, dispute: Document) -> Document:
    """docs.stripe.com/testing#evidence: what is written as free text says how it will end."""
    details = dispute["evidence_details"]
    details |= {"submission_count": details["submission_count"] + 1, "submission_method": "manual"}
    inquiry = dispute["status"] == "warning_needs_response"
    text = dispute["evidence"]["uncategorized_text"]
    how = {"winning_evidence": "won", "losing_evidence": "lost"}.get(text, "")
    if text == "escalate_inquiry_evidence" and inquiry:
        how = "escalate"
    if how:
        call.schedule(TAKES_S, "dispute.decided", id=dispute["id"], how=how)
    return dispute | {"status": "warning_under_review" if inquiry else "under_review"}


@route("POST", "/v1/disputes/{id}/close", "DisputeCloseParams")
def closed(call: Call) -> Document:
    """To accept it, which is final. # docs.stripe.com/api/disputes/close"""
    dispute = call.named("dispute")
    if dispute["status"] in OVER:
        raise invalid("This dispute is already closed.")
    return decide(call, dispute, won=False)
