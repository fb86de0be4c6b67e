"""One seller order's money as it was sold, to the line, and how much of it was taken back since."""

from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Self

from pydantic import Field, model_validator

from functions.ledger.model.commission import CommissionTerms
from functions.ledger.model.names import BuyerId, LineId, OrderId, Part, Reference, SellerOrderId, StoreId
from kernel.errors import Conflict, Invalid
from kernel.http import Answer
from kernel.money import Money

STORES = 40  # in one order, of as many lines
LINES = 41  # of one store: forty, and what it asks for sending them
LINES_OF_ORDER = 80  # each line of another store, each sent


class SaleLine(Answer):
    """`goods` is the seller's price with shipping, less what the seller gave off; `tax` comes on top of it.

    Of both together, the line's value, Metco pays `subsidy` and the buyer the rest. Commission and the tax on it come
    out of `goods`; `terms` are the rule they follow from, as it stood at the sale.
    """

    line_id: LineId
    goods: Part
    tax: Part
    subsidy: Part
    commission: Part
    commission_tax: Part
    terms: CommissionTerms | None = None

    @property
    def value(self) -> Money:
        return self.goods + self.tax


class Sale(Answer):
    """`card` and `credits` are this seller order's parts of what the buyer paid by each."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    buyer_id: BuyerId
    payment_id: Reference | None = None
    lines: Annotated[list[SaleLine], Field(min_length=1, max_length=LINES)]
    card: Part
    credits: Part

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        paid = self.card + self.credits  # another currency is a refusal of its own
        if paid + self.subsidy != self.value:
            raise ValueError(f"{paid} paid and {self.subsidy} of subsidy are not the value of {self.value}")
        if self.net.minor < 0:
            raise ValueError(f"commission and its tax take more than the goods' {self.goods}")
        if not all(part.chargeable() for line in self.lines for part in (line.value, line.subsidy)):
            raise ValueError("a part of this could not be charged to a card, nor given back to one")
        if len({line.line_id for line in self.lines}) < len(self.lines):
            raise ValueError("two lines have one id")
        return self

    @property
    def currency(self) -> str:
        return self.card.currency

    @cached_property
    def goods(self) -> Money:
        return self._sum(line.goods for line in self.lines)

    @cached_property
    def tax(self) -> Money:
        return self._sum(line.tax for line in self.lines)

    @cached_property
    def subsidy(self) -> Money:
        return self._sum(line.subsidy for line in self.lines)

    @cached_property
    def commission(self) -> Money:
        return self._sum(line.commission for line in self.lines)

    @cached_property
    def commission_tax(self) -> Money:
        return self._sum(line.commission_tax for line in self.lines)

    @property
    def value(self) -> Money:
        return self.goods + self.tax

    @property
    def net(self) -> Money:
        """The seller's."""
        return self.goods - self.commission - self.commission_tax

    def _sum(self, amounts: Iterable[Money]) -> Money:
        return sum(amounts, Money.zero(self.currency))


class Reversal(Answer):
    """A part of a sale that is taken back: where it came from, and who had paid it.

    `disputed` is what a lost chargeback took: it went back to the buyer's bank without anybody being asked.
    """

    net: Part
    commission: Part
    commission_tax: Part
    tax: Part
    subsidy: Part
    card: Part
    credits: Part
    disputed: Part

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.value != self.subsidy + self.to_buyer:
            raise ValueError(f"{self.value} are taken back, but {self.subsidy + self.to_buyer} returned")
        return self

    @property
    def value(self) -> Money:
        return self.net + self.commission + self.commission_tax + self.tax

    @property
    def to_buyer(self) -> Money:
        return self.card + self.credits + self.disputed

    def plus(self, other: "Reversal") -> "Reversal":
        return Reversal(**{name: getattr(self, name) + getattr(other, name) for name in Reversal.model_fields})


class Reversed(Answer):
    """All that was taken back of a sale so far, and of which lines."""

    lines: dict[LineId, Part]
    sum: Reversal


class RefundExceedsSale(Conflict):
    """There is not that much left of this sale to be given back."""


class NothingToRefund(Invalid):
    """Name lines of this sale, each with an amount above zero."""


class RefundNotChargeable(Invalid):
    """In this currency, cards are given back round amounts only."""


class OrderNotChargeable(Invalid):
    """In this currency, prices, tax and reductions have to be round amounts: cards are charged no others."""


class TenderDiffers(Invalid):
    """What is paid by card and by credits is not what the buyer has to pay."""
