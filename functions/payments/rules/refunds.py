"""What may be given back, and what Stripe's word makes of it."""

from datetime import datetime, timedelta

from functions.payments.events import RefundFailed, RefundSettled, UnappliedReturned
from functions.payments.model.refunds import (
    Refund,
    RefundedOtherwise,
    RefundExceedsPayment,
    RefundInOtherCurrency,
    RefundNotParked,
    RefundStands,
    RefundState,
    Returned,
)
from kernel.events import Data
from kernel.money import Money

# Stripe's own word for where a refund stands, in ours.
STANDS: dict[str, RefundState] = {
    "pending": "pending",
    "requires_action": "pending",
    "succeeded": "sent",
    "failed": "failed",
    "canceled": "failed",
}

LOOK_AGAIN: dict[RefundState, timedelta] = {
    "asked": timedelta(minutes=2),  # whoever began it was cut off
    "waiting": timedelta(hours=6),  # the chargeback's end is told; this is for when it was not heard
    "pending": timedelta(hours=6),
    "sent": timedelta(days=1),  # a bank may still send it back, mostly within days
}
COMES_BACK_WITHIN = timedelta(days=30)
LOST = "chargeback_lost"


def asked(wanted: Refund, paid: Money, returned: Returned) -> Refund:
    """While a chargeback is open it waits: the buyer would have the money twice. After one that was lost they may have
    it from the bank already, so a person has to look.
    """
    if wanted.why == "refund" and wanted.amount.currency != paid.currency:
        raise RefundInOtherCurrency(f"It was paid in {paid.currency}.")
    if wanted.why == "refund" and wanted.amount + returned.refunded > paid:
        raise RefundExceedsPayment(f"Of {paid} were {returned.refunded} given back already.")
    if returned.chargebacks_open:
        return wanted.model_copy(update={"state": "waiting"})
    lost = {"state": "parked", "reason": LOST} if returned.chargebacks_lost else {}
    return wanted.model_copy(update=lost)


def check_same(kept: Refund, amount: Money) -> None:
    if kept.amount != amount:
        raise RefundedOtherwise(f"It is one of {kept.amount}.")


def stands(kept: Refund, status: str, stripe_id: str | None = None, reason: str = "") -> Refund | None:
    """None, if it is so already. What is settled by hand is not Stripe's to say any more."""
    if kept.sent_by != "stripe" or kept.state == "parked":
        return None
    return _became(kept, STANDS.get(status, "pending"), stripe_id, reason)


def refused(kept: Refund, code: str) -> Refund | None:
    """Stripe will not begin it. Of a payment in dispute it may later."""
    if kept.state not in ("asked", "waiting"):
        return None
    if code == "charge_disputed":
        return _became(kept, "waiting", None, code)
    return _became(kept, "failed", None, code)


def after_chargebacks(kept: Refund, returned: Returned) -> Refund | None:
    """Won: it can be sent now. Lost: as above."""
    if kept.state != "waiting" or returned.chargebacks_open:
        return None
    lost = returned.chargebacks_lost > 0
    return _became(kept, "parked" if lost else "asked", None, LOST if lost else "")


def sent_by_bank(kept: Refund, reference: str) -> Refund:
    _check_parked(kept)
    changed = {"state": "sent", "sent_by": "bank", "reason": reference, "version": kept.version + 1}
    return kept.model_copy(update=changed)


def given_by_chargeback(kept: Refund) -> Refund:
    _check_parked(kept)
    return kept.model_copy(update={"state": "sent", "sent_by": "chargeback", "version": kept.version + 1})


def given_as_credits(kept: Refund) -> Refund:
    _check_parked(kept)
    return kept.model_copy(update={"state": "failed", "sent_by": "bank", "version": kept.version + 1})


def _check_parked(kept: Refund) -> None:
    if kept.state != "parked":
        raise RefundNotParked()


def _became(kept: Refund, state: RefundState, stripe_id: str | None, reason: str) -> Refund | None:
    """A refund that failed stays so: its money is the buyer's credits by now. One that was sent may only come back."""
    if kept.state == "failed" or (kept.state == "sent" and state != "failed"):
        return None
    found = stripe_id or kept.stripe_id
    if (kept.state, kept.stripe_id, kept.reason) == (state, found, reason):
        return None
    changed = {"state": state, "stripe_id": found, "reason": reason, "version": kept.version + 1}
    return kept.model_copy(update=changed)


# What others are told


def first_told(made: Refund) -> list[Data]:
    """A refund that was asked for is in the books already; money that belongs to nothing leaves its account now."""
    if made.why == "refund":
        return []
    return [UnappliedReturned(payment_id=made.payment_id, refund_id=made.refund_id, amount=made.amount)]


def told(before: Refund, after: Refund) -> list[Data]:
    said = after.model_dump(include={"refund_id", "payment_id", "amount"})
    if after.state == before.state:
        return []
    if after.state == "sent":
        return [RefundSettled(**said, sent_by=after.sent_by)]
    if after.state == "failed":
        return [RefundFailed(**said, buyer_id=after.buyer_id, returned=before.state == "sent")]
    return []


def stands_for_workflow(kept: Refund) -> RefundStands:
    outcome = kept.state if kept.state in ("sent", "failed") else "pending"
    return RefundStands.model_validate({"outcome": outcome, "refund_id": kept.refund_id, "amount": kept.amount})


def look_again_at(kept: Refund, now: datetime) -> datetime | None:
    if kept.sent_by != "stripe" or kept.state not in LOOK_AGAIN:
        return None
    if kept.state == "sent" and now > kept.asked_at + COMES_BACK_WITHIN:
        return None
    return now + LOOK_AGAIN[kept.state]
