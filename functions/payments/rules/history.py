"""What each may see of money that came and went: values in, values out."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from functions.payments.model.history import (
    FinancePayment,
    OneThingOnly,
    PaymentHistory,
    RefundShown,
    StorePayout,
)
from functions.payments.model.payments import Payment, PaymentShown
from functions.payments.model.payouts import Payout
from functions.payments.model.refunds import Refund
from functions.payments.rules import payments as rules

NOT_SECRET = {"client_secret": ""}
OVER = {"sent": "sent", "failed": "failed"}


def for_buyer(one: Payment) -> PaymentShown:
    """Without what a page needs to pay it: a list is shown to whoever looks over a shoulder."""
    return rules.shown(one.model_copy(update=NOT_SECRET), "")


def refunds_shown(refunds: Iterable[Refund]) -> list[RefundShown]:
    """What goes back to a stranger, because it came unasked, is not among them."""
    given = (one for one in refunds if one.why == "refund")
    shown = [
        RefundShown.model_validate(
            {
                "refund_id": one.refund_id,
                "amount": one.amount,
                "state": OVER.get(one.state, "pending"),
                "asked_at": one.asked_at,
            }
        )
        for one in given
    ]
    return sorted(shown, key=lambda one: (one.asked_at, one.refund_id))


def history(one: Payment, refunds: Iterable[Refund]) -> PaymentHistory:
    return PaymentHistory(payment=for_buyer(one), refunds=refunds_shown(refunds))


def for_seller(one: Payout) -> StorePayout:
    return StorePayout(**one.model_dump(include=set(StorePayout.model_fields)))


def for_finance(one: Payment) -> FinancePayment:
    return FinancePayment(**one.model_dump(include=set(FinancePayment.model_fields)))


def search(named: Mapping[str, Any], today: date) -> tuple[str, str]:
    """By what, and which: of one thing, or of today."""
    said = {by: what for by, what in named.items() if what is not None}
    if len(said) > 1:
        raise OneThingOnly()
    [(by, what)] = said.items() if said else [("day", today)]
    return by, what.isoformat() if isinstance(what, date) else str(what)
