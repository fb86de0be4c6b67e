"""What the ledger tells the others: ids, accounts and amounts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from functions.ledger.model.commission import CommissionRule, Scope, Target
from functions.ledger.model.credits import RateText
from functions.ledger.model.giving import Why
from functions.ledger.model.names import (
    Amount,
    BuyerId,
    CurrencyCode,
    GiftId,
    GrantId,
    HoldId,
    JournalId,
    OrderId,
    Part,
    PersonId,
    Reference,
    RuleId,
    SellerOrderId,
    StoreId,
    WithdrawalId,
)
from functions.ledger.model.policies import Schedule
from functions.ledger.model.withdrawals import Way
from kernel.events import Data, Event
from kernel.money import Money

EXAMPLE = [
    {"account": "refunds:in_transit", "amount": {"minor": 1299, "currency": "EUR"}},
    {"account": "stripe:available", "amount": {"minor": -1299, "currency": "EUR"}},
]


class PostedLeg(BaseModel):
    """Part of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    account: Annotated[str, Field(examples=["platform:commission_held"])]
    amount: Annotated[Money, Field(description="Above zero a debit, below zero a credit.")]


class JournalPosted(Data):
    """Money moved. All legs together are zero in each currency. `references` are the ids of what happened."""

    journal_id: JournalId
    kind: Annotated[str, Field(examples=["refund_settled"])]
    legs: Annotated[list[PostedLeg], Field(examples=[EXAMPLE])]
    order_id: OrderId | None = None
    seller_order_id: SellerOrderId | None = None
    payment_id: Reference | None = None
    store_ids: list[StoreId] = Field(default_factory=list)
    buyer_ids: list[BuyerId] = Field(default_factory=list)
    references: list[Reference] = Field(default_factory=list)


class FundsReleased(Data):
    """A sale is safe: its seller can withdraw what is left of it."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    net: Part
    commission: Part
    commission_tax: Part


class SaleUnfrozen(Data):
    """A reason to keep a sale's money back is gone. Without any left, it can be released."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    freezes: Annotated[int, Field(ge=0, examples=[0], description="How many reasons there still are.")]


class BooksVerified(Data):
    """Every balance was reckoned anew from the journals. `whole`: all was right; `covered`: what is owed is there."""

    as_of: datetime
    journals: Annotated[int, Field(ge=0, examples=[1042])]
    complete: bool
    whole: bool
    covered: bool


class CreditsGranted(Data):
    """Metco gave somebody credits."""

    grant_id: GrantId
    buyer_id: BuyerId
    amount: Amount
    why: Why


class CreditsGifted(Data):
    """Somebody gave somebody else credits."""

    gift_id: GiftId
    giver_id: BuyerId
    receiver_id: PersonId
    amount: Amount


class CommissionRuleMade(Data):
    """From its beginning on, this rule is for what is sold: whoever reckons prices keeps it."""

    rule: CommissionRule


class CommissionRuleEnded(Data):
    """A rule ends then; without a moment, it was taken back before it began."""

    rule_id: RuleId
    scope: Scope
    target: Target = None
    ends_at: Annotated[datetime | None, Field(examples=["2040-06-01T00:00:00Z"])] = None


class ConversionRateSet(Data):
    """Credits in one currency are worth so much in another from now on."""

    given: CurrencyCode
    received: CurrencyCode
    rate: RateText


class _OfWithdrawal(Data):
    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount
    way: Way


class WithdrawalRequested(_OfWithdrawal):
    """A seller asks for money. It is set aside; so many persons have to agree before it leaves."""

    needs: Annotated[int, Field(ge=0, le=2, examples=[2])]


class WithdrawalApproved(_OfWithdrawal):
    """It may leave: whoever pays out takes it from here, and tells what became of it."""


class WithdrawalLeft(_OfWithdrawal):
    """It is on its way."""


class WithdrawalPaid(_OfWithdrawal):
    """The seller has it."""


class WithdrawalReturned(_OfWithdrawal):
    """It came back, and can be withdrawn again."""


class WithdrawalEnded(_OfWithdrawal):
    """It never left, and can be withdrawn again."""

    how: Annotated[Literal["denied", "cancelled", "failed"], Field(examples=["denied"])]


class HoldOverdue(Data):
    """Credits are set aside for longer than was meant: what became of the order?"""

    order_id: OrderId
    hold_id: HoldId


class PayoutPolicySet(Data):
    """A seller decided when the store's money is paid out by itself."""

    store_id: StoreId
    schedule: Schedule
    way: Way


class OperatorActed(Data):
    """The track of somebody in finance: who did what. No words of theirs: what the ledger tells is kept for ever."""

    operator_id: PersonId
    action: Annotated[str, Field(examples=["approve_withdrawal"])]
    subject: Annotated[str, Field(examples=["wdr_01k6m2q8vx4c7e9r1t3y5w7zab"])]


def acted(operator_id: str, action: str, subject: str, sequence: int) -> Event:
    """`sequence` is the subject's version after it."""
    return Event(OperatorActed(operator_id=operator_id, action=action, subject=subject), subject, sequence)
