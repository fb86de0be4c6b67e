"""A chargeback as the books know it: of which payment, and whether it is decided."""

from typing import Literal

from functions.ledger.model.names import OrderId, Reference
from kernel.errors import Conflict, Unavailable
from kernel.http import Answer


class Chargeback(Answer):
    """`order_id` where the payment was for an order: of that one, sales are frozen."""

    chargeback_id: Reference
    payment_id: Reference
    order_id: OrderId | None = None
    state: Literal["open", "won", "lost"] = "open"


class ChargebackHeard(Conflict):
    """This chargeback is known already, and may be decided."""


class ChargebackOver(Conflict):
    """This chargeback is decided: it freezes nothing any more."""


class PaymentNotBooked(Unavailable):
    """The books do not know yet what this payment paid."""
