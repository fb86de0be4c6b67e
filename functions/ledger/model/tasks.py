"""What workflows ask of the ledger, and what it answers."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from functions.ledger.model.commission import CommissionTerms, Sold
from functions.ledger.model.names import (
    Amount,
    BuyerId,
    CurrencyCode,
    HoldId,
    JournalId,
    LineId,
    OrderId,
    Part,
    Reference,
    SellerOrderId,
    StoreId,
    WithdrawalId,
)
from functions.ledger.model.sales import LINES, LINES_OF_ORDER, STORES
from kernel.http import Answer
from kernel.money import Money
from kernel.tasks import Asked, Outcome


class HoldCredits(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    amount: Amount
    hold_s: Annotated[int, Field(ge=1, le=14 * 86_400, examples=[900])] = 900


class VoidCredits(Asked):
    order_id: OrderId
    buyer_id: BuyerId
    currency: CurrencyCode


class CaptureCredits(Asked):
    """What the order needs of them. From now on neither void nor expiry gives it back."""

    order_id: OrderId
    amount: Amount


class LinePaid(Answer):
    """As the quote has it: what the seller gives off is taken from `goods`, what Metco gives is `subsidy`.

    Without `terms`, they are those of the rule that was for `sold` when the order was placed.
    """

    line_id: LineId
    goods: Part
    tax: Part
    subsidy: Part
    terms: CommissionTerms | None = None
    sold: Sold = Field(default_factory=Sold)


class SellerOrderPaid(Answer):
    seller_order_id: SellerOrderId
    store_id: StoreId
    lines: Annotated[list[LinePaid], Field(min_length=1, max_length=LINES)]


class _OfLines(Asked):
    ordered_at: AwareDatetime | None = None
    seller_orders: Annotated[list[SellerOrderPaid], Field(min_length=1, max_length=STORES)]

    @property
    def lines(self) -> list[LinePaid]:
        return [line for one in self.seller_orders for line in one.lines]

    @model_validator(mode="after")
    def _can_be_rated(self) -> Self:
        if not self.ordered_at and any(not line.terms for line in self.lines):
            raise ValueError("a line without terms gets those of when it was ordered: say when")
        return self


class CheckTerms(_OfLines):
    """Before anything is paid: whether there is a commission rule for every line."""


class RecordPaid(_OfLines):
    order_id: OrderId
    buyer_id: BuyerId
    payment_id: Reference | None = None
    card: Part
    credits: Part

    @model_validator(mode="after")
    def _fits(self) -> Self:
        lines = self.lines
        amounts = [self.credits, *(part for line in lines for part in (line.goods, line.tax, line.subsidy))]
        if len(lines) > LINES_OF_ORDER:
            raise ValueError("an order has at most 40 lines, and as many that are shipping")
        if {amount.currency for amount in amounts} != {self.card.currency}:
            raise ValueError("an order is in one currency")
        if self.card and not self.payment_id:
            raise ValueError("what a card paid has a payment")
        return self


class OfSellerOrder(Asked):
    seller_order_id: SellerOrderId


class FreezeSale(OfSellerOrder):
    """`cause` is the dispute, the return or the chargeback: freezing twice for one cause is freezing once."""

    cause: Reference


class RefundSale(OfSellerOrder):
    store_id: StoreId
    refund_id: Reference
    lines: Annotated[dict[LineId, Amount], Field(min_length=1, max_length=LINES)]
    as_credits: bool = False


class LoseChargeback(Asked):
    """`seller_order_ids`: those that the payment paid."""

    chargeback_id: Reference
    payment_id: Reference
    amount: Amount
    seller_order_ids: Annotated[list[SellerOrderId], Field(min_length=1, max_length=STORES)]


class Record(Asked):
    """A fact by its kind, and what it says; its fields are those of the facts in docs/ledger.md."""

    kind: str
    said: dict[str, Any]


class WithdrawalBecame(Asked):
    """What whoever pays out tells: it left, arrived, came back, or could not leave."""

    store_id: StoreId
    withdrawal_id: WithdrawalId
    became: Literal["sent", "paid", "failed", "returned"]
    reason: Annotated[str, Field(max_length=500)] = ""


class Held(Outcome):
    outcome: Literal["held", "captured", "voided"]
    hold_id: HoldId


class Rated(Outcome):
    outcome: Literal["rated"] = "rated"


class Recorded(Outcome):
    outcome: Literal["recorded"] = "recorded"


class FactRecorded(Recorded):
    journal_id: JournalId


class ChargebackBooked(Outcome):
    """`absorbed` is what no sale had left."""

    outcome: Literal["lost"] = "lost"
    absorbed: Money


class Stands(Outcome):
    outcome: Literal["released", "frozen", "unfrozen"]
    freezes: int


class WithdrawalStands(Outcome):
    """`outcome` is its state by then."""

    outcome: Literal["sent", "paid", "failed", "returned"]


class RefundBooked(Outcome):
    """`by_card` is what Stripe has to send. `owed` is what the seller, who was paid before, had no more of it."""

    outcome: Literal["refunded"] = "refunded"
    by_card: Money
    by_credits: Money
    owed: Money
