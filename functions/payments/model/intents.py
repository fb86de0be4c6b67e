"""What Stripe says of a payment intent, its charge and what that brought: as much of it as is looked at."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from kernel.money import Money


class _Seen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class CardSeen(_Seen):
    brand: str | None = None
    last4: str | None = None


class MethodSeen(_Seen):
    id: str = ""
    type: str
    card: CardSeen | None = None


class BalanceSeen(_Seen):
    """A balance transaction: what a charge brought, and what Stripe kept of it."""

    id: str
    amount: int
    fee: int
    net: int
    currency: str
    status: str  # pending, available
    available_on: datetime


class ChargeSeen(_Seen):
    id: str
    amount: int
    currency: str
    status: str
    payment_method_details: MethodSeen | None = None
    balance_transaction: BalanceSeen | str | None = None


class ErrorSeen(_Seen):
    code: str | None = None
    decline_code: str | None = None
    charge: str | None = None
    payment_method: MethodSeen | None = None


class IntentSeen(_Seen):
    id: str
    status: str
    amount: int
    amount_received: int = 0
    currency: str
    client_secret: str | None = None
    latest_charge: ChargeSeen | str | None = None
    last_payment_error: ErrorSeen | None = None
    metadata: dict[str, str] = Field(default_factory=dict)

    @property
    def received(self) -> Money:
        """Amounts are in the same smallest units as Metco's. # docs.stripe.com/currencies#zero-decimal"""
        return Money(self.amount_received, self.currency.upper())

    @property
    def payment_id(self) -> str:
        return self.metadata.get("payment_id", "")
