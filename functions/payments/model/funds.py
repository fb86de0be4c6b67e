"""What became of a charge's money at Stripe: its fee, and when the rest is at Metco's disposal."""

from datetime import datetime
from typing import Literal

from functions.payments.model.names import Amount, PaymentId, StripeId
from kernel.errors import Conflict
from kernel.http import Answer
from kernel.money import Money

# unknown: Stripe has not reckoned it yet. parked: it is not what was expected, and a person has to look.
FundsState = Literal["unknown", "pending", "available", "parked"]


class Funds(Answer):
    charge_id: StripeId
    payment_id: PaymentId
    amount: Amount
    state: FundsState = "unknown"
    transaction_id: StripeId | None = None
    fee: Money | None = None
    net: Money | None = None
    available_on: datetime | None = None
    charged_at: datetime
    version: int = 1


class Unapplied(Answer):
    """Money of a payment that belongs to nothing. Whoever gives it back finds the charge here."""

    payment_id: PaymentId
    charge_id: StripeId
    buyer_id: str
    amount: Amount
    why: Literal["late", "partial", "excess", "otherwise"]


class FundsChanged(Conflict):
    """Somebody else looked at this money at this moment."""


class UnappliedKnown(Conflict):
    """This money is known to belong to nothing, and on its way back."""
