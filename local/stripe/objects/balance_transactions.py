"""Every movement of money in an account, and the balance that they add up to.

# docs.stripe.com/reports/balance-transaction-types, docs.stripe.com/payments/balances
"""

from typing import Any

from local.stripe.call import Call
from local.stripe.routes import later, route
from local.stripe.wire import Document, invalid

# docs.stripe.com/reports/reporting-categories
CATEGORIES = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "payment_failure_refund": "refund_failure",
    "transfer": "transfer",
    "transfer_refund": "transfer_reversal",
    "payout": "payout",
    "payout_failure": "payout_reversal",
    "payout_cancel": "payout_reversal",
    "topup": "topup",
    "stripe_fee": "fee",
}
TOTALS = "balance_totals"
TELLS = "balance told of "


def post(
    call: Call,
    kind: str,
    amount: int,
    currency: str,
    source: str | None,
    *,
    fee: int = 0,
    fees: list[Document] | None = None,
    available_on: int | None = None,
    description: str | None = None,
    category: str = "",
    exchange_rate: float | None = None,
) -> Document:
    """Money in (positive) or out of this account's balance: at once, or pending until `available_on`."""
    when = max(call.now, available_on or 0)
    told = fees if fees is not None else ([stripe_fee(fee, currency)] if fee else [])
    made: Document = {
        "id": call.id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": when,
        "balance_type": "payments",
        "created": call.now,
        "currency": currency,
        "description": description,
        "exchange_rate": exchange_rate,
        "fee": fee,
        "fee_details": told,
        "net": amount - fee,
        "reporting_category": category or CATEGORIES[kind],
        "source": source,
        "status": "available" if when <= call.now else "pending",
        "type": kind,
    }
    _add(call, made["status"], currency, made["net"])
    if made["status"] == "pending":
        call.schedule(when - call.now, "balance_transaction.available", id=made["id"])
    return call.add(made)


def stripe_fee(amount: int, currency: str, description: str = "Stripe processing fees") -> Document:
    return {
        "amount": amount,
        "application": None,
        "currency": currency,
        "description": description,
        "type": "stripe_fee",
    }


def available(call: Call, currency: str) -> int:
    return totals(call)["available"].get(currency, 0)


def totals(call: Call) -> dict[str, dict[str, int]]:
    known = call.state.get(TOTALS, TOTALS, call.account)
    return known["sums"] if known else {"available": {}, "pending": {}}


def _add(call: Call, status: str, currency: str, net: int) -> None:
    sums = totals(call)
    sums[status][currency] = sums[status].get(currency, 0) + net
    body: Document = {"id": TOTALS, "sums": sums}
    if call.state.get(TOTALS, TOTALS, call.account):
        call.state.save(body, call.account, TOTALS)
    else:
        call.state.add(body, call.account, TOTALS)


@later("balance_transaction.available")
def became_available(call: Call, told: Document) -> None:
    """docs.stripe.com/payments/balances#payout-availability: at `available_on`, and nobody asks for it."""
    one = call.get("balance_transaction", told["id"])
    if one["status"] == "available":
        return
    _add(call, "pending", one["currency"], -one["net"])
    _add(call, "available", one["currency"], one["net"])
    call.save(one | {"status": "available"})
    if not call.state.note(f"{TELLS}{call.account}"):  # a day's funds come together, and are told together
        call.state.remember(f"{TELLS}{call.account}", "soon")
        call.schedule(1, "balance.told")


@later("balance.told")
def told(call: Call, _: Document) -> None:
    call.state.remember(f"{TELLS}{call.account}", "")
    call.tell("balance.available", balance(call))


# --------------------------------------------------------------------------------------------------------------- routes


@route("GET", "/v1/balance", "BalanceRetrieveParams")
def balance(call: Call) -> Document:
    sums = totals(call)
    currencies = sorted({*sums["available"], *sums["pending"]}) or ["usd"]

    def amounts(status: str) -> list[Document]:
        return [
            {"amount": sums[status].get(one, 0), "currency": one, "source_types": {"card": sums[status].get(one, 0)}}
            for one in currencies
        ]

    shown: Document = {
        "object": "balance",
        "available": amounts("available"),
        "livemode": False,
        "pending": amounts("pending"),
    }
    if not call.account:
        shown["connect_reserved"] = [{"amount": 0, "currency": one} for one in currencies]
    return shown


@route("GET", "/v1/balance_transactions", "BalanceTransactionListParams")
def listed(call: Call) -> Document:
    """Newest first, by type, source, currency, payout and time. # docs.stripe.com/api/balance_transactions/list"""
    asked: dict[str, Any] = {name: call.params[name] for name in ("currency", "source", "type") if name in call.params}
    if payout := call.params.get("payout"):
        if not call.get("payout", payout, "payout")["automatic"]:
            raise invalid("Balance transaction history can only be filtered on automatic transfers, not manual.")
        asked["source"] = payout
    return call.listed("balance_transaction", **asked)


@route("GET", "/v1/balance_transactions/{id}", "BalanceTransactionRetrieveParams")
def retrieved(call: Call) -> Document:
    return call.named("balance_transaction")
