"""What customers sent by bank transfer: applied to what they wanted to pay, the rest kept for them.

# docs.stripe.com/payments/customer-balance, docs.stripe.com/payments/customer-balance/reconciliation
"""

from local.stripe.call import Call
from local.stripe.pages import addresses
from local.stripe.wire import Document


def pay(call: Call, intent: Document, method: Document) -> Document:
    from local.stripe.paying import require, succeed

    customer = call.get("customer", intent["customer"])
    held = customer["_cash"].get(intent["currency"], 0)
    if held >= intent["amount"]:
        customer["_cash"][intent["currency"]] = held - intent["amount"]
        call.save(customer)
        return succeed(call, intent, method)
    return require(call, intent, instructions(call, intent, intent["amount"]))


def instructions(call: Call, intent: Document, remaining: int) -> Document:
    kind = "display_bank_transfer_instructions"
    region = {"eur": "eu", "gbp": "gb", "jpy": "jp", "mxn": "mx"}.get(intent["currency"], "us")
    told = {
        "amount_remaining": remaining,
        "currency": intent["currency"],
        "financial_addresses": [],
        "hosted_instructions_url": addresses.bank_instructions(call.settings.pages, intent["id"]),
        "reference": intent["id"][-8:].upper(),
        "type": f"{region}_bank_transfer",
    }
    return {"type": kind, kind: told}


def give_back(call: Call, intent: Document) -> None:
    """What had arrived for a payment that is given up stays the customer's."""
    funded = intent.pop("_funded", 0)
    if funded:
        customer = call.get("customer", intent["customer"])
        customer["_cash"][intent["currency"]] = customer["_cash"].get(intent["currency"], 0) + funded
        call.save(customer)
