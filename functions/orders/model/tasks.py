"""What the checkout's workflow asks of orders, and what it is answered.

The workflow knows an order's id. All else it needs, `screen` tells it: each part below is what one task of another
domain is asked, ready to be handed on. None of it is about a person.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from functions.orders.model.names import (
    BuyerId,
    CurrencyCode,
    MethodName,
    OrderId,
    Part,
    PaymentId,
    Reason,
    StripeId,
)
from functions.orders.model.parked import Step, Subject, Workflow
from kernel.money import Money
from kernel.tasks import Asked, Outcome

Token = Annotated[str, Field(min_length=1, max_length=2048)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, defer_build=True)


class Screen(Asked):
    order_id: OrderId


class StockLine(_Part):
    """Of inventory's `reserve`."""

    store_id: str
    variant_id: str
    quantity: int


class OfferLine(_Part):
    """Of catalog's `check_offers`."""

    store_id: str
    product_id: str
    offer_id: str
    offer_version: int
    variant_id: str
    kind: str
    quantity: int
    price: Money
    proposal_id: str | None = None


class UseLine(_Part):
    """Of baskets' `reserve_promotions`."""

    promotion_id: str
    uses: int


class SoldAs(_Part):
    product_id: str | None = None
    categories: list[str] = Field(default_factory=list)  # from the product's own to the root
    campaigns: list[str] = Field(default_factory=list)


class LinePaid(_Part):
    line_id: str
    goods: Money
    tax: Money
    subsidy: Money
    sold: SoldAs


class PartPaid(_Part):
    """Of the ledger's `check_terms` and `record_paid`."""

    seller_order_id: str
    store_id: str
    lines: list[LinePaid]


class Needs(_Part):
    """Which steps there is something to do in."""

    stock: bool
    agreed: bool
    promotions: bool
    credits: bool
    payment: bool


class Screened(Outcome):
    """`pay_by` is when payments gives up; `hold_s` is longer. It waits `wait_s` at most, for a bank `patience_s`."""

    outcome: Literal["passed"] = "passed"
    order_id: OrderId
    buyer_id: BuyerId
    currency: CurrencyCode
    needs: Needs
    stock: list[StockLine]
    offers: list[OfferLine]
    promotions: list[UseLine]
    credits: Part
    card: Part
    method: MethodName | None
    payment_method_id: StripeId | None
    pay_by: datetime
    hold_s: int
    wait_s: int
    patience_s: int
    ordered_at: datetime
    seller_orders: list[PartPaid]


class Over(Outcome):
    """The order has been carried out, or has come to nothing: there is nothing to do."""

    outcome: Literal["confirmed", "cancelled"]
    order_id: OrderId
    reason: Reason | None = None


class PaymentBegun(BaseModel):
    """What payments answered when it was asked to take the money: it may be a refusal."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    outcome: str
    payment_id: PaymentId | None = None
    client_secret: Annotated[str, Field(max_length=500)] | None = None
    code: Annotated[str, Field(max_length=80)] = ""


class AwaitPayment(Asked):
    """`patient`: a bank is at it, so only its word ends the waiting, and no change of mind."""

    order_id: OrderId
    token: Token
    payment: PaymentBegun
    patient: bool = False


class Awaiting(Outcome):
    outcome: Literal["awaiting"] = "awaiting"


class Confirm(Asked):
    order_id: OrderId
    payment_id: PaymentId | None = None


class Stopped(BaseModel):
    """What ended a checkout: a task's refusal, a failure as the workflow calls it, or an operator's word."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    outcome: str = ""
    code: str = ""
    error: Annotated[str, Field(validation_alias=AliasChoices("Error", "error"))] = ""
    cause: Annotated[str, Field(validation_alias=AliasChoices("Cause", "cause"))] = ""


class Cancel(Asked):
    order_id: OrderId
    stopped: Stopped = Field(default_factory=Stopped)


class Park(Asked):
    """Something cannot be done, and a person has to decide. `subject_id`: of the order itself, if it is not said.

    `execution`: which one waits. Two of one thing may wait at once, as when it goes on before the last is over.
    """

    order_id: OrderId
    execution: Annotated[str, Field(max_length=80)]
    token: Token
    workflow: Workflow = "checkout"
    subject_id: Subject | None = None
    step: Step
    trouble: Stopped = Field(default_factory=Stopped)


class Parked(Outcome):
    outcome: Literal["parked"] = "parked"


class RefundPart(_Part):
    """Of the ledger's `refund`: all that one store sold."""

    seller_order_id: str
    store_id: str
    refund_id: str
    lines: dict[str, Money]
