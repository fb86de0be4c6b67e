"""What payments and orders tell the ledger, brought to its consumer as the bus would."""

import json
from typing import Any

from functions.ledger import consumers
from functions.ledger.model import accounts as on
from tests.builders import ledger as a
from tests.builders import settling as s
from tests.builders.http import Context

CHARGEBACK = a.an_id("cbk")


def hear(kind: str, /, source: str = "metco.payments", sequence: int = 1, **data: Any) -> bool:
    """Whether it was handled: if not, the queue brings it again."""
    metadata = {
        "id": "evt_1",
        "type": kind,
        "version": 1,
        "occurred_at": "2030-01-01T12:00:00Z",
        "aggregate": "a",
        "sequence": sequence,
        "correlation_id": "cor_1",
    }
    body = {"source": source, "detail-type": f"{kind}.v1", "detail": {"metadata": metadata, "data": data}}
    answer = consumers.handler({"Records": [{"messageId": "1", "body": json.dumps(body)}]}, Context())
    return answer == {"batchItemFailures": []}


def final(order_id: str = a.ORDER, how: str = "unknown") -> None:
    """Orders says what became of it."""
    assert hear("OrderFinal", "metco.orders", order_id=order_id, how=how)


def of_payment(minor: int, payment_id: str = a.PAYMENT, purpose: str = "order", **said: Any) -> dict[str, Any]:
    order = {"order_id": a.ORDER} if purpose == "order" else {}
    named = {"payment_id": payment_id, "purpose": purpose, "buyer_id": a.BUYER, **order}
    return {**named, "amount": s.money(minor), **said}


def succeeded(minor: int, **said: Any) -> bool:
    return hear("PaymentSucceeded", method="card", **of_payment(minor, **said))


def opened(minor: int = 170_00, fee: int = 15_00, **said: Any) -> bool:
    named = {"chargeback_id": CHARGEBACK, "fee": s.money(fee)}
    return hear("ChargebackOpened", **{**of_payment(minor, **said), **named})


def closed(outcome: str, minor: int = 170_00, fee_returned: int = 0, **said: Any) -> bool:
    named = {"chargeback_id": CHARGEBACK, "outcome": outcome, "fee_returned": s.money(fee_returned)}
    return hear("ChargebackClosed", **{**of_payment(minor, **said), **named})


def payout(withdrawal_id: str, became: str, minor: int, way: str = "stripe", **said: Any) -> bool:
    named = {"withdrawal_id": withdrawal_id, "store_id": a.STORE, "way": way, "became": became}
    return hear("PayoutBecame", **{**named, "amount": s.money(minor), "reason": "", **said})


def balances(*accounts: str, currency: str = "USD") -> dict[str, int]:
    """Without what is at zero."""
    return {name: minor for name in accounts if (minor := s.balance(name, currency))}


MONEY = (on.STRIPE_PENDING, on.STRIPE_AVAILABLE, on.REFUNDS_IN_TRANSIT, on.DISPUTES_OPEN, on.LOSSES, on.DISPUTE_FEES)
