"""Charges: one try to take money, and what came of it. # docs.stripe.com/api/charges"""

from local.stripe import cards, fees
from local.stripe.call import Call
from local.stripe.clock import midnight
from local.stripe.objects import balance_transactions
from local.stripe.pages import addresses
from local.stripe.routes import later, route
from local.stripe.wire import Document

BY_CARD = "charge"  # a balance transaction's type; everything else but a card is a `payment`
OTHERWISE = "payment"


@route("GET", "/v1/charges/{id}", "ChargeRetrieveParams")
def retrieve(call: Call) -> Document:
    return call.named("charge")


@route("POST", "/v1/charges/{id}", "ChargeUpdateParams")
def update(call: Call) -> Document:
    charge = call.named("charge")
    before = dict(charge)
    for name in ("description", "receipt_email", "transfer_group"):
        if name in call.params:
            charge[name] = call.params[name] or None
    charge["metadata"] = call.metadata(charge["metadata"])
    return call.save(charge, "charge.updated", before)


@route("GET", "/v1/charges", "ChargeListParams")
def listing(call: Call) -> Document:
    names = ("customer", "payment_intent", "transfer_group")
    return call.listed("charge", **{name: call.params[name] for name in names if name in call.params})


def pending(call: Call, intent: Document, method: Document) -> Document:
    """Under way, and not to be stopped any more. # docs.stripe.com/payments/paymentintents/lifecycle"""
    charge = _charge(call, intent, method, None)
    charge["outcome"] = _outcome("approved_by_network", None, None, "The payment is under way.", "authorized")
    return call.add(charge, "charge.pending")


def succeeded(call: Call, intent: Document, method: Document, proof: Document | None = None) -> Document:
    """The money is taken. With asynchronous capture its fee is known a moment later.

    # docs.stripe.com/payments/payment-intents/asynchronous-capture
    """
    under_way = intent["status"] == "processing"
    charge = call.get("charge", intent["latest_charge"]) if under_way else _charge(call, intent, method, proof)
    charge |= {"amount_captured": intent["amount"], "captured": True, "paid": True, "status": "succeeded"}
    charge["receipt_url"] = addresses.receipt(call.settings.pages, charge["id"])
    card = _card(method)
    charge["outcome"] = _outcome("approved_by_network", card, None, "Payment complete.", "authorized")
    if intent["capture_method"] == "automatic":
        _book(call, charge)
    else:
        call.schedule(call.settings.captured_in_s, "charge.captured", id=charge["id"])
    call.keep(charge, "charge.succeeded")
    if card and card.disputed:
        call.schedule(call.settings.disputed_in_s, "charge.disputed", id=charge["id"], kind=card.disputed)
    return charge


def failed(call: Call, intent: Document, method: Document, code: str, proof: Document | None = None) -> Document:
    """Refused by the bank, or by Stripe itself as too risky. # docs.stripe.com/declines"""
    card = _card(method)
    blocked = card is not None and card.risk == "highest"
    own = code in cards.ERRORS_OF_THEIR_OWN
    charge = _charge(call, intent, method, proof) | {
        "failure_code": code if own else "card_declined",
        "failure_message": cards.message(code),
        "status": "failed",
    }
    charge["outcome"] = _outcome(
        "not_sent_to_network" if blocked else "declined_by_network",
        card,
        "highest_risk_level" if blocked else code,
        "Stripe blocked this payment as too risky." if blocked else "The bank did not approve the payment.",
        "blocked" if blocked else "issuer_declined",
    )
    return call.add(charge, "charge.failed")


@later("charge.captured")
def captured(call: Call, told: Document) -> None:
    """A moment later what it cost is known. # docs.stripe.com/payments/payment-intents/asynchronous-capture"""
    charge = call.get("charge", told["id"])
    if charge["balance_transaction"]:
        return
    before = dict(charge)
    _book(call, charge)
    call.save(charge, "charge.updated", before)


def _book(call: Call, charge: Document) -> None:
    method = charge["payment_method_details"]["type"]
    card = cards.BY_NUMBER.get(charge.get("_number", ""))
    days = 0 if card and card.at_once else call.settings.available_in_days
    currency, rate = call.settings.settles_in.get(charge["currency"], (charge["currency"], 0.0))
    amount = round(charge["amount"] * rate) if rate else charge["amount"]
    fee = fees.fee_of(amount, currency, method)
    booked = balance_transactions.post(
        call,
        BY_CARD if method == "card" else OTHERWISE,
        amount,
        currency,
        charge["id"],
        fee=fee,
        fees=fees.details(fee, currency),
        available_on=midnight(call.now, days) if days else None,
        description=charge["description"],
        exchange_rate=rate or None,
    )
    charge["balance_transaction"] = booked["id"]


def _card(method: Document) -> cards.Card | None:
    return cards.BY_NUMBER.get(method.get("_number", ""))


def _outcome(network: str, card: cards.Card | None, reason: str | None, told: str, kind: str) -> Document:
    risk = card.risk if card else "normal"
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": network,
        "reason": reason,
        "risk_level": risk,
        "risk_score": {"normal": 12, "elevated": 66, "highest": 92}[risk],
        "seller_message": told,
        "type": kind,
    }


def _charge(call: Call, intent: Document, method: Document, proof: Document | None) -> Document:
    kind = method["type"]
    return {
        "id": call.id("ch" if kind == "card" else "py"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "METCO",
        "captured": False,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "on_behalf_of": intent["on_behalf_of"],
        "outcome": None,
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": _details(intent, method, proof),
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "pending",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
        "_number": method.get("_number", ""),
    }


def _checks(method: Document) -> Document:
    """The bank looks at what was given once, and says nothing of what was not."""
    checks: Document = dict(method["card"]["checks"])
    card = _card(method)
    if checks["cvc_check"] and card:
        checks["cvc_check"] = card.cvc
    return checks


def _details(intent: Document, method: Document, proof: Document | None) -> Document:
    """What paid, as it was then."""
    kind = method["type"]
    about = dict(method[kind])
    if kind == "card":
        about = {name: about[name] for name in ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding")}
        about |= {
            "amount_authorized": intent["amount"],
            "authorization_code": None,
            "checks": _checks(method),
            "extended_authorization": {"status": "disabled"},
            "incremental_authorization": {"status": "unavailable"},
            "installments": None,
            "last4": method["card"]["last4"],
            "mandate": None,
            "multicapture": {"status": "unavailable"},
            "network": method["card"]["brand"],
            "network_token": {"used": False},
            "network_transaction_id": None,
            "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
            "regulated_status": "unregulated",
            "three_d_secure": proof,
            "transaction_link_id": None,
            "wallet": None,
        }
    elif kind == "paypal":
        about = {
            "country": "US",
            "payer_email": None,
            "payer_id": None,
            "payer_name": None,
            "seller_protection": None,
            "transaction_id": None,
        }
    elif kind == "crypto":
        about = {"buyer_address": None, "network": "base", "token_currency": "usdc", "transaction_hash": None}
    return {"type": kind, kind: about}
