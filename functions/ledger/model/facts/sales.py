"""Facts of a sale: paid, released, given back."""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Refs
from functions.ledger.model.names import Amount, BuyerId, HoldId, OrderId, Part, Reference, SellerOrderId, StoreId
from functions.ledger.model.sales import Reversal, Sale
from kernel.http import Answer
from kernel.money import Money


class Captured(Answer):
    """The credits that were set aside for an order. What it did not need goes back."""

    hold_id: HoldId
    held: Amount


class OrderPaid(Fact):
    """An order is paid: the buyer's money is held for its sellers, and commission for nobody yet."""

    identity: ClassVar = ("order_id",)

    order_id: OrderId
    buyer_id: BuyerId
    payment_id: Reference | None = None
    hold: Captured | None = None
    sales: Annotated[list[Sale], Field(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        held = self.hold.held if self.hold else Money.zero(self.sales[0].currency)
        if self.credits > held:
            raise ValueError(f"{self.credits} of credits are spent, but {held} were set aside")
        if self.card and not self.payment_id:
            raise ValueError("what a card paid has a payment")
        if {(sale.order_id, sale.buyer_id) for sale in self.sales} != {(self.order_id, self.buyer_id)}:
            raise ValueError("a sale of another order")
        if len({sale.seller_order_id for sale in self.sales}) < len(self.sales):
            raise ValueError("one seller order twice")
        return self

    @property
    def card(self) -> Money:
        return self._sum("card")

    @property
    def credits(self) -> Money:
        return self._sum("credits")

    def _sum(self, name: str) -> Money:
        return sum((getattr(sale, name) for sale in self.sales), Money.zero(self.sales[0].currency))

    def references(self) -> list[str]:
        """Its sales as well: one that leaves its seller nothing has no leg to be known by."""
        return [*super().references(), *(sale.seller_order_id for sale in self.sales)]

    def refs(self) -> Refs:
        stores = list(dict.fromkeys(sale.store_id for sale in self.sales))
        return super().refs().model_copy(update={"store_ids": stores})


class OfSale(Fact):
    """Something that happened to one seller order."""

    order_id: OrderId
    seller_order_id: SellerOrderId
    store_id: StoreId
    buyer_id: BuyerId
    payment_id: Reference | None = None


class SaleReleased(OfSale):
    """A sale is safe: what is left of it is the seller's, and the commission on that is earned."""

    identity: ClassVar = ("seller_order_id",)

    net: Part
    commission: Part
    commission_tax: Part


class _TakenBack(OfSale):
    """`available` is what the seller has, once the sale was released: what that does not cover becomes a debt."""

    piece: Reversal
    released: bool
    available: Part


class SaleRefunded(_TakenBack):
    """A part of a sale goes back to whoever paid it."""

    identity: ClassVar = ("refund_id", "seller_order_id")

    refund_id: Reference
    as_credits: bool = False  # what a card paid as well: the buyer wants it so, or the card takes nothing back any more


class ChargebackLost(_TakenBack):
    """A chargeback is lost: what the bank took is taken back from the sale that it paid."""

    identity: ClassVar = ("chargeback_id", "seller_order_id")

    chargeback_id: Reference


class RefundSettled(Fact):
    """A refund is sent: by Stripe, or from the bank where Stripe cannot any more; or a lost chargeback has given it."""

    identity: ClassVar = ("refund_id",)

    refund_id: Reference
    payment_id: Reference
    amount: Amount
    sent_by: Literal["stripe", "bank", "chargeback"] = "stripe"


class RefundReturned(Fact):
    """A refund had been sent, and came back: it is on its way again."""

    identity: ClassVar = ("refund_id",)

    refund_id: Reference
    payment_id: Reference
    amount: Amount


class RefundFailed(Fact):
    """The buyer's bank would not take a refund: it becomes credits, so that it is not lost."""

    identity: ClassVar = ("refund_id",)

    refund_id: Reference
    payment_id: Reference
    buyer_id: BuyerId
    amount: Amount
