"""What a buyer sends to order, and what comes back at once."""

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from functions.orders.model.addresses import EXAMPLE, Email, SentTo
from functions.orders.model.names import MethodName, OrderId, OrderState, Part, StripeId
from kernel.errors import Conflict, Invalid
from kernel.http import Answer, Request

Token = Annotated[
    str,
    StringConstraints(min_length=20, max_length=200_000, pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"),
    Field(examples=["eyJxdW90ZV9pZCI6InF0ZV8uLi4ifQ.Jm1vc3RseS1oYXJtbGVzcw"], description="As the basket gave it."),
]
Secret = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_-]{20,80}$"),
    Field(examples=["9fJp2w0oR7mQ4tXc1sVbYhNk"], description="Whoever has it may take the order into their account."),
]


class PayWith(Request):
    """One click: a saved method is charged at once. Without either, whatever the platform offers."""

    method: Annotated[MethodName | None, Field(examples=["card"])] = None
    payment_method_id: Annotated[StripeId | None, Field(examples=[None])] = None


class Checkout(Request):
    """The same quote is the same order, however often it is sent."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        defer_build=True,
        json_schema_extra={
            "examples": [
                {
                    "quote": "eyJxdW90ZV9pZCI6InF0ZV8uLi4ifQ.Jm1vc3RseS1oYXJtbGVzcw",
                    "address": EXAMPLE,
                    "payment": {"method": "card"},
                }
            ]
        },
    )

    quote: Token
    address: Annotated[SentTo | None, Field(description="Needed where something is sent.")] = None
    email: Annotated[Email | None, Field(description="Of whoever has no account.")] = None
    credits: Annotated[Part | None, Field(description="How much of it credits pay.")] = None
    payment: PayWith = Field(default_factory=PayWith)


class CheckoutBegun(Answer):
    """Ask `status_url` how it goes on; with `wait_s` it answers as soon as there is news."""

    order_id: OrderId
    state: OrderState = "pending"
    status_url: Annotated[str, Field(examples=["/v1/orders/ord_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    claim_secret: Annotated[Secret | None, Field(description="For whoever has no account: keep it.")] = None


class Claim(Request):
    secret: Secret


class CheckoutUnderWay(Conflict):
    """This basket is being ordered already. Pay or cancel that order, or change the basket."""


class CreditsExceedOrder(Invalid):
    """The order costs less than that. Say at most its total."""


class CreditsNeedAccount(Invalid):
    """Only whoever has an account has credits. Sign in to pay by them."""


class SavedMethodNeedsAccount(Invalid):
    """Only whoever has an account has saved payment methods."""
