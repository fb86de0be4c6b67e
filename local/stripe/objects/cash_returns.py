"""What a customer sent by bank transfer goes back to their bank, out of their cash balance.

# docs.stripe.com/payments/customer-balance/refunding
"""

from local.stripe import bank_transfers
from local.stripe.call import Call
from local.stripe.money import check_currency
from local.stripe.objects import cash_balances
from local.stripe.objects.customers import live
from local.stripe.routes import later
from local.stripe.wire import Document, invalid

TAKES_S = 60
OF_CHARGES = ("charge", "payment_intent", "reverse_transfer", "refund_application_fee")


def create(call: Call) -> Document:
    """Of a refund with `origin: customer_balance`, as docs.stripe.com/api/refunds/create has it."""
    for name in ("customer", "amount", "currency"):
        if name not in call.params:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    for name in OF_CHARGES:
        if name in call.params:
            raise invalid(f"You cannot pass {name} with the origin customer_balance.", param=name)
    customer, currency = live(call, call.params["customer"], "customer"), check_currency(call.params["currency"])
    amount, held = call.params["amount"], customer["_cash"].get(currency, 0)
    if amount <= 0:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > held:
        raise invalid(f"The customer has {held} {currency} in their cash balance, less than {amount}.", param="amount")
    kind = bank_transfers.kind(currency)
    made: Document = {
        "id": call.id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": None,
        "created": call.now,
        "currency": currency,
        "destination_details": {"type": kind, kind: {"reference": None, "reference_status": "pending"}},
        "metadata": call.metadata(),
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }
    cash_balances.returned(call, customer, amount, currency, made["id"])
    call.schedule(TAKES_S, "cash.returned", id=made["id"])
    return call.add(made, "refund.created")


@later("cash.returned")
def arrives(call: Call, told: Document) -> None:
    refund = call.get("refund", told["id"])
    call.save(refund | {"status": "succeeded"}, "refund.updated", refund)
