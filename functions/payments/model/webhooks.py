"""What Stripe tells without being asked."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.payments.model.names import StripeId
from kernel.errors import DomainError
from kernel.events import Seen
from kernel.http import Answer

Endpoint = Literal["platform", "connect"]


class _Thing(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    id: StripeId | None = None
    object: Annotated[str, Field(max_length=64)]
    customer: Any = None

    @property
    def named(self) -> str:
        """By what it is asked for. A cash balance has no id, and its movements none that leads to it: a buyer has."""
        of_buyer = self.object in ("cash_balance", "customer_cash_balance_transaction")
        return str(self.customer) if of_buyer else self.id or self.object


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    object: _Thing


class Webhook(BaseModel):
    """Ids alone are looked at: what became of the thing, Stripe is asked."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)

    id: StripeId
    object: Literal["event"]
    type: Annotated[str, Field(pattern=r"^[a-z0-9_.]{3,100}$")]
    account: StripeId | None = None
    livemode: bool
    data: _Told


class WebhookReceived(Seen):
    """As payments itself hears it."""

    webhook_id: str
    kind: str
    object_id: str
    account: str | None = None


class WebhookTaken(Answer):
    """It is written down: Stripe need not say it again."""

    received: Literal[True] = True


class SignatureInvalid(DomainError):
    """This is not signed by Stripe, or not just now."""


class WebhookUnfit(DomainError):
    """This is signed, and nothing that Stripe would say here."""
