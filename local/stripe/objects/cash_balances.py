"""What customers sent by bank transfer: applied to what they wanted to pay, the rest kept for them.

# docs.stripe.com/payments/customer-balance, docs.stripe.com/payments/customer-balance/reconciliation
"""

from typing import Any

from local.stripe import bank_transfers, paying
from local.stripe.call import Call
from local.stripe.money import check_currency
from local.stripe.objects.customers import live
from local.stripe.pages import addresses
from local.stripe.routes import route
from local.stripe.wire import Document, invalid

KIND = "display_bank_transfer_instructions"


@route("GET", "/v1/customers/{id}/cash_balance", "CustomerCashBalanceRetrieveParams")
def retrieve(call: Call) -> Document:
    return _shown(live(call, call.names["id"]))


@route("POST", "/v1/customers/{id}/cash_balance", "CustomerCashBalanceUpdateParams")
def update(call: Call) -> Document:
    customer = live(call, call.names["id"])
    if mode := (call.params.get("settings") or {}).get("reconciliation_mode"):
        customer["_reconciled"] = "automatic" if mode == "merchant_default" else mode
        call.save(customer)
    return _shown(customer)


@route("GET", "/v1/customers/{id}/cash_balance_transactions", "CustomerCashBalanceTransactionListParams")
def movements(call: Call) -> Document:
    return call.listed("customer_cash_balance_transaction", customer=live(call, call.names["id"])["id"])


@route("POST", "/v1/customers/{id}/funding_instructions", "CustomerCreateFundingInstructionsParams")
def instructions_of(call: Call) -> Document:
    currency = check_currency(call.params["currency"])
    customer = live(call, call.names["id"])
    told = {
        "country": bank_transfers.kind(currency)[:2].upper().replace("EU", "FR"),
        "financial_addresses": [bank_transfers.address(customer["id"], currency)],
        "type": bank_transfers.kind(currency),
    }
    return {
        "object": "funding_instructions",
        "bank_transfer": told,
        "currency": currency,
        "funding_type": "bank_transfer",
        "livemode": False,
    }


@route("POST", "/v1/test_helpers/customers/{id}/fund_cash_balance", "CustomerFundCashBalanceParams")
def fund(call: Call) -> Document:
    if call.params["amount"] <= 0:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    customer = live(call, call.names["id"])
    currency = check_currency(call.params["currency"])
    return arrived(call, customer["id"], call.params["amount"], currency, call.params.get("reference"))


@route("POST", "/v1/payment_intents/{id}/apply_customer_balance", "PaymentIntentApplyCustomerBalanceParams")
def apply_by_hand(call: Call) -> Document:
    intent = call.named("payment_intent")
    if intent["status"] != "requires_action" or KIND not in (intent["next_action"] or {}):
        raise invalid(
            f"This PaymentIntent's status is {intent['status']}; the customer balance cannot be applied to it.",
            code="payment_intent_unexpected_state",
        )
    customer = live(call, intent["customer"])
    held = customer["_cash"].get(intent["currency"], 0)
    _apply(call, customer, intent, min(call.params.get("amount", held), held))
    return call.get("payment_intent", intent["id"])


# -------------------------------------------------------------------------------------------------------- what happens


def arrived(call: Call, customer_id: str, amount: int, currency: str, reference: str | None = None) -> Document:
    """A transfer: for what its reference names, else what it pays exactly, else what has waited longest."""
    customer = live(call, customer_id)
    customer["_cash"][currency] = customer["_cash"].get(currency, 0) + amount
    bank: Document = {"reference": reference, **bank_transfers.sent(currency)}
    moved = _moved(call, customer, amount, currency, "funded", bank_transfer=bank)
    call.save(customer)
    call.tell("cash_balance.funds_available", _shown(customer))
    if customer.get("_reconciled", "automatic") == "automatic":
        for intent in _in_turn(_waiting(call, customer, currency), amount, reference):
            held = customer["_cash"][currency]
            if held > 0:
                _apply(call, customer, intent, held)
    return moved


def pay(call: Call, intent: Document, method: Document) -> Document:
    """At once where enough is there, else the buyer is told where to send it."""
    customer = live(call, intent["customer"], "customer")
    held, wanted = customer["_cash"].get(intent["currency"], 0), _remaining(intent)
    if held >= wanted:
        _take(call, customer, intent, wanted)
        return paying.succeed(call, intent, method)
    return paying.require(call, intent, _instructions(call, intent))


def give_back(call: Call, intent: Document) -> None:
    """What had arrived for a payment that is given up, or paid otherwise, stays the customer's."""
    funded = intent.pop("_funded", 0)
    if funded:
        customer = live(call, intent["customer"])
        customer["_cash"][intent["currency"]] = customer["_cash"].get(intent["currency"], 0) + funded
        _moved(call, customer, funded, intent["currency"], "unapplied_from_payment", payment_intent=intent["id"])
        call.save(customer)


def refunded(call: Call, customer_id: str, amount: int, currency: str, refund: str) -> None:
    """A refund of what was paid by transfer is theirs again. # docs.stripe.com/payments/customer-balance/refunding"""
    customer = live(call, customer_id)
    customer["_cash"][currency] = customer["_cash"].get(currency, 0) + amount
    _moved(call, customer, amount, currency, "refunded_from_payment", refund=refund)
    call.save(customer)


def returned(call: Call, customer: Document, amount: int, currency: str, refund: str) -> None:
    """It is on its way back to their bank. # docs.stripe.com/payments/customer-balance/refunding"""
    customer["_cash"][currency] -= amount
    _moved(call, customer, -amount, currency, "return_initiated", refund=refund)
    call.save(customer)


def _waiting(call: Call, customer: Document, currency: str) -> list[Document]:
    """Oldest first."""
    found = call.state.find(
        "payment_intent", call.account, customer=customer["id"], currency=currency, status="requires_action"
    )
    return [one for one in reversed(found) if KIND in (one["next_action"] or {})]


def _in_turn(waiting: list[Document], amount: int, reference: str | None) -> list[Document]:
    def rank(intent: Document) -> int:
        if reference and reference == bank_transfers.reference(intent["id"]):
            return 0
        return 1 if _remaining(intent) == amount else 2

    return sorted(waiting, key=rank)


def _apply(call: Call, customer: Document, intent: Document, available: int) -> None:
    amount = min(available, _remaining(intent))
    if amount <= 0:
        return
    _take(call, customer, intent, amount)
    intent["_funded"] = intent.get("_funded", 0) + amount
    if _remaining(intent) == 0:
        paying.succeed(call, intent, call.get("payment_method", intent["payment_method"]))
        return
    intent["next_action"] = _instructions(call, intent)
    call.save(intent, "payment_intent.partially_funded")


def _take(call: Call, customer: Document, intent: Document, amount: int) -> None:
    customer["_cash"][intent["currency"]] -= amount
    _moved(call, customer, -amount, intent["currency"], "applied_to_payment", payment_intent=intent["id"])
    call.save(customer)


def _remaining(intent: Document) -> int:
    left: int = intent["amount"] - intent.get("_funded", 0)
    return left


def _instructions(call: Call, intent: Document) -> Document:
    told = {
        "amount_remaining": _remaining(intent),
        "currency": intent["currency"],
        "financial_addresses": [bank_transfers.address(intent["customer"], intent["currency"])],
        "hosted_instructions_url": addresses.bank_instructions(call.settings.pages, intent["id"]),
        "reference": bank_transfers.reference(intent["id"]),
        "type": bank_transfers.kind(intent["currency"]),
    }
    return {"type": KIND, KIND: told}


def _moved(call: Call, customer: Document, net: int, currency: str, kind: str, **about: Any) -> Document:
    moved: Document = {
        "id": call.id("ccsbtxn"),
        "object": "customer_cash_balance_transaction",
        "created": call.now,
        "currency": currency,
        "customer": customer["id"],
        "customer_account": None,
        "ending_balance": customer["_cash"][currency],
        "livemode": False,
        "net_amount": net,
        "type": kind,
        kind: about,
    }
    return call.add(moved, "customer_cash_balance_transaction.created")


def _shown(customer: Document) -> Document:
    held = {currency: amount for currency, amount in customer["_cash"].items() if amount}
    mode = customer.get("_reconciled", "automatic")
    return {
        "object": "cash_balance",
        "available": held or None,
        "customer": customer["id"],
        "customer_account": None,
        "livemode": False,
        "settings": {"reconciliation_mode": mode, "using_merchant_default": "_reconciled" not in customer},
    }
