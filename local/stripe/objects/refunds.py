"""Money back to whoever paid. # docs.stripe.com/refunds, docs.stripe.com/api/refunds"""

from typing import Any

from local.stripe import cards
from local.stripe.call import Call
from local.stripe.objects import balance_transactions, cash_balances, cash_returns, charges
from local.stripe.pages.words import money
from local.stripe.routes import later, route
from local.stripe.wire import Document, invalid

TAKES_S = 5  # "some time later" of docs.stripe.com/testing#refunds
ASKS_AGAIN_S = 3_600
TOLD_OF = ("card", "crypto", "paypal")  # docs.stripe.com/api/refunds/object: where it went; of UPI only that it did
SLOW = frozenset(("crypto", "upi"))  # docs.stripe.com/refunds#pending-refunds: sent on, and only then settled


@route("POST", "/v1/refunds", "RefundCreateParams")
def create(call: Call) -> Document:
    """docs.stripe.com/api/refunds/create"""
    if call.params.get("origin") == "customer_balance":
        return cash_returns.create(call)
    charge = _charge(call)
    amount = _amount(call, charge)
    kind = charge["payment_method_details"]["type"]
    made: Document = {
        "id": call.id("pyr" if charge["id"].startswith("py_") else "re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "customer": charge.get("customer"),
        "customer_account": None,
        "destination_details": _destination(kind),
        "metadata": call.metadata(),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }
    _count(call, charge, amount)
    call.add(made)
    made = _attempt(call, made)
    call.tell("refund.created", made)
    return made


def _charge(call: Call) -> Document:
    """docs.stripe.com/refunds#issuing-refunds: by the charge, or by the payment intent that made it."""
    if "charge" in call.params:
        charge = call.get("charge", call.params["charge"], "charge")
    elif "payment_intent" in call.params:
        intent = call.get("payment_intent", call.params["payment_intent"], "payment_intent")
        found = call.state.get("charge", intent["latest_charge"] or "", call.account)
        if not found or found["status"] != "succeeded":
            raise invalid(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                param="payment_intent",
            )
        charge = found
    else:
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge.",
            code="parameter_missing",
        )
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} is not successful, and cannot be refunded.", param="charge")
    if charge["disputed"] and not _refundable(call, charge):
        # docs.stripe.com/error-codes#charge-disputed
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            param="charge",
            code="charge_disputed",
        )
    return charge


def _refundable(call: Call, charge: Document) -> bool:
    disputes = call.state.find("dispute", call.account, charge=charge["id"])
    return all(one["is_charge_refundable"] or one["status"] in ("won", "warning_closed") for one in disputes)


def _amount(call: Call, charge: Document) -> int:
    if call.params.get("reverse_transfer"):
        raise invalid(f"Charge {charge['id']} has no associated transfer to reverse.", param="reverse_transfer")
    left = charge["amount"] - charge["amount_refunded"]
    amount: int = call.params.get("amount", left)
    if left == 0:
        # docs.stripe.com/error-codes#charge-already-refunded
        raise invalid(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if amount <= 0:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        currency = charge["currency"]
        raise invalid(
            f"Refund amount ({money(amount, currency)}) is greater than unrefunded amount on charge "
            f"({money(left, currency)})",
            param="amount",
        )
    return amount


def _card_that_paid(charge: Document) -> cards.Card | None:
    return cards.BY_NUMBER.get(charge.get("_number", ""))


def _destination(kind: str) -> Document:
    if kind == "customer_balance":
        return {"customer_cash_balance": {}, "type": "customer_cash_balance"}
    if kind not in TOLD_OF:
        return {"type": kind}
    details: Document = {}
    if kind == "card":
        details = {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {kind: details, "type": kind}


def _count(call: Call, charge: Document, amount: int) -> None:
    refunded = charge["amount_refunded"] + amount
    after = charge | {"amount_refunded": refunded, "refunded": refunded == charge["amount"]}
    call.save(after, "charge.refunded" if amount > 0 else "charge.updated", charge)


# ------------------------------------------------------------------------------------------------ what becomes of it


def _attempt(call: Call, refund: Document) -> Document:
    """docs.stripe.com/refunds: out of the available balance; of a charge that is still pending, out of that."""
    charges.captured(call, {"id": refund["charge"]})  # which may be a moment away still
    charge = call.get("charge", refund["charge"])
    of_charge = call.get("balance_transaction", charge["balance_transaction"])
    owed = refund["amount"]
    if of_charge["exchange_rate"]:
        owed = round(owed * of_charge["exchange_rate"])
    if of_charge["status"] == "available" and balance_transactions.available(call, of_charge["currency"]) < owed:
        # docs.stripe.com/changelog/basil/2025-04-30/refund-pending-reason
        call.schedule(ASKS_AGAIN_S, "refund.funded", id=refund["id"])
        return call.save(refund | {"pending_reason": "insufficient_funds"})
    moved = balance_transactions.post(
        call,
        "payment_refund" if refund["id"].startswith("pyr_") else "refund",
        -owed,
        of_charge["currency"],
        refund["id"],
        available_on=of_charge["available_on"],
        description="REFUND FOR CHARGE" + (f" ({charge['description']})" if charge["description"] else ""),
        exchange_rate=of_charge["exchange_rate"],
    )
    refund = refund | {"balance_transaction": moved["id"]}
    refund.pop("pending_reason", None)
    card = _card_that_paid(charge)
    if (card and card.refund == "pending") or charge["payment_method_details"]["type"] in SLOW:
        call.schedule(TAKES_S, "refund.succeeds", id=refund["id"])
        return call.save(refund | {"status": "pending", "pending_reason": "processing"})
    if charge["payment_method_details"]["type"] == "customer_balance":
        cash_balances.refunded(call, charge["customer"], refund["amount"], refund["currency"], refund["id"])
    if card and card.refund == "failed":
        call.schedule(TAKES_S, "refund.fails", id=refund["id"])
    return call.save(refund | {"status": "succeeded"})


@later("refund.funded")
def funded(call: Call, told: Document) -> None:
    """Asked again until there is enough."""
    before = call.get("refund", told["id"])
    if before["status"] == "pending" and not before["balance_transaction"]:
        after = _attempt(call, before)
        if after["balance_transaction"]:
            _told(call, after, before)


@later("refund.succeeds")
def succeeds(call: Call, told: Document) -> None:
    """docs.stripe.com/testing#refunds, `pm_card_pendingRefund`"""
    before = call.get("refund", told["id"])
    if before["status"] == "pending":
        after = {name: value for name, value in before.items() if name != "pending_reason"} | {"status": "succeeded"}
        _told(call, call.save(after), before)


@later("refund.fails")
def fails(call: Call, told: Document) -> None:
    """docs.stripe.com/refunds#failed-refunds: the money comes back to the balance, and the refund says why."""
    before = call.get("refund", told["id"])
    if before["status"] not in ("pending", "succeeded") or not before["balance_transaction"]:
        return
    out = call.get("balance_transaction", before["balance_transaction"])
    back = balance_transactions.post(
        call,
        "payment_failure_refund" if before["id"].startswith("pyr_") else "refund_failure",
        -out["amount"],
        out["currency"],
        before["id"],
        available_on=out["available_on"],
        description="REFUND FAILURE",
        exchange_rate=out["exchange_rate"],
    )
    failed: dict[str, Any] = {
        "status": "failed",
        "failure_reason": told.get("reason", "expired_or_canceled_card"),
        "failure_balance_transaction": back["id"],
    }
    after = call.save({name: value for name, value in before.items() if name != "pending_reason"} | failed)
    _count(call, call.get("charge", before["charge"]), -before["amount"])
    _told(call, after, before)
    call.tell("refund.failed", after)


def _told(call: Call, after: Document, before: Document) -> None:
    call.tell("refund.updated", after, before)
    call.tell("charge.refund.updated", after, before)


# --------------------------------------------------------------------------------------------------------------- routes


@route("GET", "/v1/refunds", "RefundListParams")
def listed(call: Call) -> Document:
    equal = {name: call.params[name] for name in ("charge", "payment_intent") if name in call.params}
    return call.listed("refund", **equal)


@route("GET", "/v1/refunds/{id}", "RefundRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("refund")


@route("POST", "/v1/refunds/{id}", "RefundUpdateParams")
def updated(call: Call) -> Document:
    before = call.named("refund")
    return call.save(before | {"metadata": call.metadata(before["metadata"])}, "refund.updated", before)


@route("POST", "/v1/refunds/{id}/cancel", "RefundCancelParams")
def cancelled(call: Call) -> Document:
    """docs.stripe.com/api/refunds/cancel: only one that waits for the customer, and none of ours does."""
    refund = call.named("refund")
    raise invalid(f"Refund {refund['id']} cannot be canceled because it is {refund['status']}.")
