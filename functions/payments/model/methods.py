"""Ways to pay, and what holds for each."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import Invalid
from kernel.http import Answer

MethodName = Annotated[
    Literal["card", "upi", "paypal", "customer_balance", "crypto", "sepa_debit", "ideal"], Field(examples=["card"])
]


class Rules(BaseModel):
    """Data about a method: where, for how much, how long. In minor units; an absent bound is none."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    currencies: frozenset[str] | None = None  # None: any
    countries: frozenset[str] | None = None  # the buyer's; None: any
    most: dict[str, int] = Field(default_factory=dict)  # by currency
    pays_within_s: int = 3600  # from opening it to the buyer's part
    told_within_s: int = 3600  # from then until it is known whether it is paid
    refundable_days: int | None = None  # so long by Stripe; None: always
    can_be_saved: bool = False
    needs_customer: bool = False


class Method(Answer):
    """One way to pay, as a buyer may choose it."""

    method: MethodName
    pays_within_s: Annotated[int, Field(examples=[3600], description="How long the buyer has.")]
    told_within_s: Annotated[int, Field(examples=[60], description="How long it takes until it is known to be paid.")]
    can_be_saved: bool


class Methods(Answer):
    """What this Metco offers for such an amount. Wallets such as Apple Pay are cards here."""

    items: list[Method]


class MethodNotOffered(Invalid):
    """This way to pay is not offered for such an amount."""
