"""The platform's own money, added to its balance. # docs.stripe.com/connect/top-ups, docs.stripe.com/api/topups"""

from local.stripe.call import Call
from local.stripe.money import check_currency
from local.stripe.objects import balance_transactions
from local.stripe.routes import route
from local.stripe.wire import Document, invalid

# docs.stripe.com/connect/testing#testing-top-ups
INSUFFICIENT = "btok_us_verified_insufficientFunds"


@route("POST", "/v1/topups", "TopupCreateParams")
def create(call: Call) -> Document:
    """In test mode it is there at once."""
    amount, currency = call.params["amount"], check_currency(call.params["currency"])
    if amount <= 0:
        raise invalid(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    id = call.id("tu")
    fails = call.params.get("source") == INSUFFICIENT
    moved = None if fails else balance_transactions.post(call, "topup", amount, currency, id, description="Top-up")
    topup: Document = {
        "id": id,
        "object": "topup",
        "amount": amount,
        "balance_transaction": moved["id"] if moved else None,
        "created": call.now,
        "currency": currency,
        "description": call.params.get("description"),
        "expected_availability_date": call.now,
        "failure_code": "insufficient_funds" if fails else None,
        "failure_message": "The bank account has insufficient funds." if fails else None,
        "initiated_by": "user",
        "livemode": False,
        "metadata": call.metadata(),
        "payment_method": None,
        "source": None,
        "statement_descriptor": call.params.get("statement_descriptor"),
        "status": "failed" if fails else "succeeded",
        "transfer_group": call.params.get("transfer_group"),
    }
    call.add(topup, "topup.created")
    call.tell("topup.failed" if fails else "topup.succeeded", topup)
    return topup


@route("GET", "/v1/topups", "TopupListParams")
def listed(call: Call) -> Document:
    equal = {name: call.params[name] for name in ("amount", "status") if isinstance(call.params.get(name), str | int)}
    return call.listed("topup", **equal)


@route("GET", "/v1/topups/{id}", "TopupRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("topup")


@route("POST", "/v1/topups/{id}", "TopupUpdateParams")
def updated(call: Call) -> Document:
    before = call.named("topup")
    after = before | {"metadata": call.metadata(before["metadata"])}
    if "description" in call.params:
        after["description"] = call.params["description"] or None
    return call.save(after)
