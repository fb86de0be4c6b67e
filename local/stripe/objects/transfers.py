"""Money from the platform to a connected account, and back from it.

# docs.stripe.com/connect/separate-charges-and-transfers, docs.stripe.com/api/transfers
"""

from local.stripe.call import Call
from local.stripe.money import check_currency
from local.stripe.objects import balance_transactions, charges
from local.stripe.pages.words import money
from local.stripe.routes import route
from local.stripe.state import PLATFORM
from local.stripe.wire import Document, a_list, invalid, missing_object

SHORT = (
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance "
    "by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance"
)
AT_ONCE = 10  # reversals that a transfer shows of itself


@route("POST", "/v1/transfers", "TransferCreateParams")
def create(call: Call) -> Document:
    amount, currency = _amount(call), check_currency(call.params["currency"])
    seller = _destination(call)
    charge, available_on = _source(call, amount, currency)
    if not charge and balance_transactions.available(call, currency) < amount:
        raise invalid(SHORT, code="balance_insufficient")  # docs.stripe.com/error-codes#balance-insufficient
    id = call.id("tr")
    moved = balance_transactions.post(
        call, "transfer", -amount, currency, id, available_on=available_on, description=call.params.get("description")
    )
    arrived = _arrives(call.of(seller["id"]), id, amount, currency, available_on, charge)
    transfer: Document = {
        "id": id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": moved["id"],
        "created": call.now,
        "currency": currency,
        "description": call.params.get("description"),
        "destination": seller["id"],
        "destination_payment": arrived["id"],
        "livemode": False,
        "metadata": call.metadata(),
        "reversals": a_list([], f"/v1/transfers/{id}/reversals"),
        "reversed": False,
        "source_transaction": charge["id"] if charge else None,
        "source_type": call.params.get("source_type", "card"),
        "transfer_group": _group(call, charge),
    }
    if charge and not charge["transfer_group"]:
        call.save(charge | {"transfer_group": transfer["transfer_group"]})
    return call.add(transfer, "transfer.created")


def _amount(call: Call) -> int:
    if "amount" not in call.params:
        raise invalid("Missing required param: amount.", param="amount", code="parameter_missing")
    amount: int = call.params["amount"]
    if amount <= 0:
        raise invalid(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    return amount


def _destination(call: Call) -> Document:
    seller = call.state.get("account", call.params["destination"])
    if not seller or seller.get("deleted") or call.account:
        raise missing_object("destination", call.params["destination"], "destination", 400)
    if (seller["capabilities"] or {}).get("transfers") != "active":
        # docs.stripe.com/error-codes#insufficient-capabilities-for-transfer
        raise invalid(
            "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
            "crypto_transfers, legacy_payments",
            code="insufficient_capabilities_for_transfer",
        )
    return seller


def _source(call: Call, amount: int, currency: str) -> tuple[Document | None, int | None]:
    """docs.stripe.com/connect/separate-charges-and-transfers#transfer-availability: before its funds are available."""
    if "source_transaction" not in call.params:
        return None, None
    charge = call.get("charge", call.params["source_transaction"], "source_transaction")
    if charge["status"] != "succeeded":
        raise invalid(f"The charge {charge['id']} has not succeeded.", param="source_transaction")
    charges.captured(call, {"id": charge["id"]})
    charge = call.get("charge", charge["id"])
    of_charge = call.get("balance_transaction", charge["balance_transaction"])
    if of_charge["currency"] != currency:
        raise invalid(
            f"The currency of source_transaction's balance transaction ({of_charge['currency']}) must be the same as "
            f"the transfer currency ({currency})",
            param="currency",
        )
    drawn = sum(
        one["amount"] - one["amount_reversed"]
        for one in call.state.find("transfer", call.account, source_transaction=charge["id"])
    )
    if amount + drawn > of_charge["amount"]:
        raise invalid(
            "Transfers using this transaction as a source must not exceed the source amount of "
            f"{money(of_charge['amount'], currency)}. There is already a total transferred amount of "
            f"{money(drawn, currency)}.",
            param="amount",
        )
    group = call.params.get("transfer_group")
    if group and charge["transfer_group"] not in (None, group):
        raise invalid(
            "You cannot specify a transfer_group that is different from the source_transaction's.",
            param="transfer_group",
        )
    return charge, of_charge["available_on"]


def _group(call: Call, charge: Document | None) -> str | None:
    """docs.stripe.com/api/transfers/create: a charge that has none is given one by its transfer."""
    asked: str | None = call.params.get("transfer_group")
    if asked or not charge:
        return asked
    return str(charge["transfer_group"] or f"group_{charge['payment_intent'] or charge['id']}")


def _arrives(
    theirs: Call, transfer: str, amount: int, currency: str, available_on: int | None, charge: Document | None
) -> Document:
    """At the seller's it is a payment, with a charge of its own."""
    id = theirs.id("py")
    moved = balance_transactions.post(theirs, "payment", amount, currency, id, available_on=available_on)
    return theirs.add(
        {
            "id": id,
            "object": "charge",
            "amount": amount,
            "amount_captured": amount,
            "amount_refunded": 0,
            "balance_transaction": moved["id"],
            "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
            "captured": True,
            "created": theirs.now,
            "currency": currency,
            "disputed": False,
            "livemode": False,
            "metadata": {},
            "paid": True,
            "payment_intent": None,
            "payment_method": None,
            "payment_method_details": {"stripe_account": {}, "type": "stripe_account"},
            "refunded": False,
            "source_transfer": transfer,
            "status": "succeeded",
            "transfer_group": charge["transfer_group"] if charge else None,
        }
    )


@route("GET", "/v1/transfers", "TransferListParams")
def listed(call: Call) -> Document:
    equal = {name: call.params[name] for name in ("destination", "transfer_group") if name in call.params}
    return call.listed("transfer", **equal)


@route("GET", "/v1/transfers/{id}", "TransferRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("transfer")


@route("POST", "/v1/transfers/{id}", "TransferUpdateParams")
def updated(call: Call) -> Document:
    before = call.named("transfer")
    after = before | {"metadata": call.metadata(before["metadata"])}
    if "description" in call.params:
        after["description"] = call.params["description"] or None
    return call.save(after, "transfer.updated", before)


# ------------------------------------------------------------------------------------------------------------ and back


@route("POST", "/v1/transfers/{id}/reversals", "TransferCreateReversalParams")
def reverse(call: Call) -> Document:
    """docs.stripe.com/connect/separate-charges-and-transfers#reverse-transfers: what is still available there."""
    transfer = call.named("transfer")
    left = transfer["amount"] - transfer["amount_reversed"]
    amount: int = call.params.get("amount", left)
    currency = transfer["currency"]
    if left == 0:
        raise invalid(f"Transfer {transfer['id']} is already fully reversed.")
    if amount <= 0:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(
            f"Transfer reversal amount ({money(amount, currency)}) is greater than unreversed amount on transfer "
            f"({money(left, currency)})",
            param="amount",
        )
    theirs = call.of(transfer["destination"])
    payment = theirs.get("charge", transfer["destination_payment"])
    arrived = theirs.get("balance_transaction", payment["balance_transaction"])
    available = balance_transactions.totals(theirs)[arrived["status"]].get(currency, 0)
    if available < amount:
        raise invalid(
            "The connected account does not have sufficient funds in its balance to reverse this transfer.",
            code="balance_insufficient",
        )
    return _reversed(call, theirs, transfer, payment, arrived, amount)


def _reversed(
    call: Call, theirs: Call, transfer: Document, payment: Document, arrived: Document, amount: int
) -> Document:
    id, refund_id, currency = call.id("trr"), theirs.id("pyr"), transfer["currency"]
    when = arrived["available_on"] if arrived["status"] == "pending" else None
    gone = balance_transactions.post(theirs, "payment_refund", -amount, currency, refund_id, available_on=when)
    refund: Document = {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": gone["id"],
        "charge": payment["id"],
        "created": theirs.now,
        "currency": currency,
        "metadata": {},
        "payment_intent": None,
        "reason": None,
        "receipt_number": None,
        "source_transfer_reversal": id,
        "status": "succeeded",
        "transfer_reversal": None,
    }
    theirs.add(refund)
    refunded = payment["amount_refunded"] + amount
    theirs.save(payment | {"amount_refunded": refunded, "refunded": refunded == payment["amount"]})
    back = balance_transactions.post(call, "transfer_refund", amount, currency, id, available_on=when)
    reversal: Document = {
        "id": id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": back["id"],
        "created": call.now,
        "currency": currency,
        "destination_payment_refund": refund_id,
        "metadata": call.metadata(),
        "source_refund": None,
        "transfer": transfer["id"],
    }
    call.add(reversal)
    total = transfer["amount_reversed"] + amount
    known = call.state.find("transfer_reversal", PLATFORM, transfer=transfer["id"])
    shown = a_list(known[:AT_ONCE], transfer["reversals"]["url"], len(known) > AT_ONCE)
    after = transfer | {"amount_reversed": total, "reversed": total == transfer["amount"], "reversals": shown}
    call.save(after, "transfer.reversed", transfer)
    return reversal


def _of(call: Call) -> Document:
    reversal = call.get("transfer_reversal", call.names["reversal"])
    if reversal["transfer"] != call.names["id"]:
        raise missing_object("transfer reversal", reversal["id"])
    return reversal


@route("GET", "/v1/transfers/{id}/reversals", "TransferListReversalsParams")
def reversals(call: Call) -> Document:
    return call.listed("transfer_reversal", transfer=call.named("transfer")["id"])


@route("GET", "/v1/transfers/{id}/reversals/{reversal}", "TransferRetrieveReversalParams")
def reversal_retrieved(call: Call) -> Document:
    return _of(call)


@route("POST", "/v1/transfers/{id}/reversals/{reversal}", "TransferModifyReversalParams")
def reversal_updated(call: Call) -> Document:
    before = _of(call)
    return call.save(before | {"metadata": call.metadata(before["metadata"])})
