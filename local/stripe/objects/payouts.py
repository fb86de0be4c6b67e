"""Money from a balance to a bank. # docs.stripe.com/api/payouts, docs.stripe.com/connect/manual-payouts"""

from local.stripe import banks
from local.stripe.call import Call
from local.stripe.clock import midnight
from local.stripe.money import check_currency
from local.stripe.objects import balance_transactions, external_accounts
from local.stripe.routes import later, route
from local.stripe.wire import Document, invalid

ON_ITS_WAY_S = 3
ARRIVES_S = 6
COMES_BACK_S = 12

SHORT = (
    "You have insufficient funds in your Stripe account for this transfer. Your card balance is too low. You can use "
    "the the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance)."
)
MAX_DESCRIPTOR = 22


@route("POST", "/v1/payouts", "PayoutCreateParams")
def create(call: Call) -> Document:
    amount, currency = call.params["amount"], check_currency(call.params["currency"])
    if amount <= 0:
        raise invalid(
            "This value must be greater than or equal to 1.", param="amount", code="parameter_invalid_integer"
        )
    if call.params.get("method", "standard") != "standard":
        raise invalid("The stand-in pays out by the standard method only.", param="method")
    if len(call.params.get("statement_descriptor", "")) > MAX_DESCRIPTOR:
        raise invalid("The statement descriptor must be at most 22 characters.", param="statement_descriptor")
    _allowed(call)
    bank = _destination(call, currency)
    if balance_transactions.available(call, currency) < amount:
        raise invalid(SHORT, code="balance_insufficient")  # docs.stripe.com/error-codes#balance-insufficient
    id = call.id("po")
    moved = balance_transactions.post(call, "payout", -amount, currency, id, description="STRIPE PAYOUT")
    payout: Document = {
        "id": id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": midnight(call.now, 0),
        "automatic": False,
        "balance_transaction": moved["id"],
        "created": call.now,
        "currency": currency,
        "description": call.params.get("description"),
        "destination": bank["id"],
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": call.metadata(),
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": call.params.get("statement_descriptor"),
        "status": "pending",
        "trace_id": None,
        "type": "bank_account",
    }
    call.add(payout, "payout.created")
    call.schedule(ON_ITS_WAY_S, "payout.moves", id=id)
    return payout


def _allowed(call: Call) -> None:
    account = call.state.get("account", call.account) if call.account else None
    if account and not account["payouts_enabled"]:
        # docs.stripe.com/error-codes#payouts-not-allowed
        raise invalid(
            "Cannot create payouts; this account has requirements that need to be collected.",
            code="payouts_not_allowed",
        )


def _destination(call: Call, currency: str) -> Document:
    """The platform's own bank is set up in its dashboard: here it always is, and it always works."""
    if call.account:
        return external_accounts.for_payout(call, currency, call.params.get("destination", ""))
    known = call.state.find("bank_account", call.account, currency=currency)
    if known:
        return known[0]
    return call.add(
        {
            "id": call.id("ba"),
            "object": "bank_account",
            "account": call.settings.account,
            "account_holder_name": "Metco",
            "account_holder_type": "company",
            "account_type": None,
            "bank_name": "STRIPE TEST BANK",
            "country": call.settings.country,
            "currency": currency,
            "default_for_currency": True,
            "fingerprint": call.state.drawn(16),
            "last4": "6789",
            "metadata": {},
            "routing_number": None,
            "status": "new",
            "_number": banks.GOOD[0],
        }
    )


# ------------------------------------------------------------------------------------------------ what becomes of it


@later("payout.moves")
def moves(call: Call, told: Document) -> None:
    """docs.stripe.com/payouts#payout-statuses: pending, in transit, paid; or failed, even after it was paid."""
    before = call.get("payout", told["id"])
    bank = call.get("bank_account", before["destination"])
    code = banks.failure(bank["_number"])
    after_paid = code in banks.AFTER_PAID
    if before["status"] == "pending":
        call.save(before | {"status": "in_transit"}, "payout.updated", before)
        call.schedule(ARRIVES_S - ON_ITS_WAY_S, "payout.moves", id=before["id"])
    elif before["status"] == "in_transit" and (not code or after_paid):
        trace = {"status": "supported", "value": before["id"][-12:].upper()}
        paid = call.save(before | {"status": "paid", "trace_id": trace}, "payout.paid", before)
        call.tell("payout.updated", paid, before)
        if after_paid:
            call.schedule(COMES_BACK_S - ARRIVES_S, "payout.moves", id=before["id"])
    elif before["status"] in ("in_transit", "paid") and code:
        fail(call, before, code)


def fail(call: Call, before: Document, code: str) -> Document:
    """docs.stripe.com/payouts#payout-failures: the money is back, and nothing more is sent to that bank account."""
    if before["status"] in ("failed", "canceled"):
        return before
    back = balance_transactions.post(
        call, "payout_failure", before["amount"], before["currency"], before["id"], description="STRIPE PAYOUT FAILURE"
    )
    failed = {
        "status": "failed",
        "failure_balance_transaction": back["id"],
        "failure_code": code,
        "failure_message": banks.MESSAGES.get(code, banks.MESSAGES["could_not_process"]),
    }
    after = call.save(before | failed, "payout.failed", before)
    if call.account:
        external_accounts.failed(call, call.get("bank_account", before["destination"]))
    return after


# --------------------------------------------------------------------------------------------------------------- routes


@route("GET", "/v1/payouts", "PayoutListParams")
def listed(call: Call) -> Document:
    """docs.stripe.com/api/payouts/list"""
    equal = {name: call.params[name] for name in ("destination", "status") if name in call.params}
    return call.listed("payout", **equal)


@route("GET", "/v1/payouts/{id}", "PayoutRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("payout")


@route("POST", "/v1/payouts/{id}", "PayoutUpdateParams")
def updated(call: Call) -> Document:
    before = call.named("payout")
    return call.save(before | {"metadata": call.metadata(before["metadata"])}, "payout.updated", before)


@route("POST", "/v1/payouts/{id}/cancel", "PayoutCancelParams")
def cancelled(call: Call) -> Document:
    """docs.stripe.com/api/payouts/cancel: while it is pending."""
    before = call.named("payout")
    if before["status"] != "pending":
        raise invalid(f"Payout {before['id']} cannot be canceled: it is {before['status']}.")
    back = balance_transactions.post(call, "payout_cancel", before["amount"], before["currency"], before["id"])
    after = before | {"status": "canceled", "failure_balance_transaction": back["id"]}
    return call.save(after, "payout.canceled", before)
