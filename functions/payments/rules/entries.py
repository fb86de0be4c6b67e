"""What Stripe's balance transactions and the books' journals say of the same movements, in the same words.

Types of transactions: docs.stripe.com/reports/balance-transaction-types
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from functions.payments.model.reconciliation import Entry, JournalPosted
from kernel.ids import derived_id
from kernel.money import Money

PENDING, AVAILABLE = "stripe:pending", "stripe:available"

CHARGES = ("charge", "payment")  # how a card's are called, and all others'
REFUNDS = ("refund", "payment_refund", "refund_failure", "payment_failure_refund", "payment_reversal")
TRANSFERS = ("transfer", "transfer_cancel", "transfer_failure")
MOVES = ("payout", "payout_cancel", "payout_failure", "topup", "topup_reversal")
FEES = ("stripe_fee", "stripe_fx_fee", "tax_fee")  # apart from any payment: nobody but a day's reading tells of them

# Journals by what Stripe and the books both know them by: the payment, or the first of the ids that make the fact
BY_PAYMENT = frozenset({"order_paid", "credits_bought", "money_unapplied"})
BY_REFERENCE = {
    "stripe_fee_charged": "fee",
    "funds_available": "available",
    "refund_settled": "refund",
    "refund_returned": "refund",
    "chargeback_opened": "chargeback",
    "chargeback_won": "chargeback",
    "transfer_reversed": "reversal",
    "withdrawal_transferred": "withdrawal",
    "withdrawal_returned": "withdrawal",
    "funds_moved": "moved",
}


def of_transaction(said: Mapping[str, Any]) -> Iterator[Entry]:
    """As Stripe tells it, with the thing behind it. Its fee is a movement of its own, but of a chargeback."""
    kind, currency = str(said["type"]), str(said["currency"]).upper()
    at, name = _moment(said["created"]), str(said["id"])
    source = said["source"] if isinstance(said.get("source"), Mapping) else {}
    about, owner = _about(kind, name, source)
    common = {"side": "stripe", "name": name, "kind": kind, "at": at, "owner": owner}
    whole = about.startswith("chargeback/")
    moved = said["net"] if whole else said["amount"]
    yield Entry.model_validate({**common, "about": about, "amount": Money(moved, currency)})
    if said["fee"] and not whole:
        yield Entry.model_validate({**common, "about": f"fee/{name}", "amount": Money(-said["fee"], currency)})
    if kind in CHARGES and said["net"] > 0:
        freed = {"about": f"available/{name}", "amount": Money(said["net"], currency)}
        yield Entry.model_validate({**common, **freed, "at": max(at, _moment(said["available_on"]))})


def to_tell(entry: Entry) -> bool:
    """Of fees that are no charge's, nothing else at Stripe tells."""
    return entry.about == f"fee/{entry.name}" and entry.kind not in CHARGES and entry.amount.minor < 0


def of_journal(posted: JournalPosted, at: datetime) -> Iterator[Entry]:
    """What it moves of Metco's money at Stripe; between pending and available, what becomes available."""
    freed = posted.kind == "funds_available"
    sums: dict[str, int] = defaultdict(int)
    for leg in posted.legs:
        if leg.account == AVAILABLE or (leg.account == PENDING and not freed):
            sums[leg.amount.currency] += leg.amount.minor
    for currency, minor in sums.items():
        yield Entry(
            about=_known_as(posted),
            side="books",
            name=posted.journal_id,
            kind=posted.kind,
            amount=Money(minor, currency),
            at=at,
        )


def _known_as(posted: JournalPosted) -> str:
    if posted.kind in BY_PAYMENT and posted.payment_id:
        return f"payment/{posted.payment_id}"
    if posted.kind in BY_REFERENCE and posted.references:
        return f"{BY_REFERENCE[posted.kind]}/{posted.references[0]}"
    return f"other/{posted.journal_id}"


def _about(kind: str, name: str, source: Mapping[str, Any]) -> tuple[str, str]:
    """And whose it is. What nothing leads back from is known by Stripe's id alone."""
    named: Mapping[str, Any] = source.get("metadata") or {}
    made = str(source.get("id", ""))
    if kind in CHARGES and named.get("payment_id"):
        return f"payment/{named['payment_id']}", made
    if kind in REFUNDS and named.get("refund_id"):
        return f"refund/{named['refund_id']}", str(named.get("payment_id", ""))
    if kind == "adjustment" and source.get("object") == "dispute":
        return f"chargeback/{derived_id('cbk', made)}", ""
    if kind in TRANSFERS and named.get("withdrawal_id"):
        return f"withdrawal/{named['withdrawal_id']}", str(named.get("store_id", ""))
    if kind == "transfer_refund" and made:
        reference = str(named.get("reference", ""))
        return f"withdrawal/{reference}" if reference.startswith("wdr_") else f"reversal/{made}", ""
    if kind in MOVES and made:
        return f"moved/{made}", ""
    return f"fee/{name}" if kind in FEES else f"other/{name}", ""


def _moment(epoch_s: int) -> datetime:
    return datetime.fromtimestamp(epoch_s, UTC)
