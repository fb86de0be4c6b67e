"""Facts of credits: given, passed on, set aside, converted."""

from typing import ClassVar, Self

from pydantic import model_validator

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.journals import Refs
from functions.ledger.model.names import Amount, BuyerId, HoldId, OrderId, Reference


class CreditsGranted(Fact):
    """Metco gives credits, to make good or to win somebody."""

    identity: ClassVar = ("grant_id",)

    grant_id: Reference
    buyer_id: BuyerId
    amount: Amount


class CreditsGifted(Fact):
    """One buyer gives credits to another."""

    identity: ClassVar = ("gift_id",)

    gift_id: Reference
    giver_id: BuyerId
    receiver_id: BuyerId
    amount: Amount

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.giver_id == self.receiver_id:
            raise ValueError("a gift goes to somebody else")
        return self

    def refs(self) -> Refs:
        return Refs(buyer_ids=[self.giver_id, self.receiver_id])


class CreditsHeld(Fact):
    """Credits are set aside for an order that is not paid yet."""

    identity: ClassVar = ("hold_id",)

    hold_id: HoldId
    order_id: OrderId
    buyer_id: BuyerId
    amount: Amount


class HoldReleased(Fact):
    """The order came to nothing, or took too long: the credits are the buyer's again."""

    identity: ClassVar = ("hold_id",)

    hold_id: HoldId
    order_id: OrderId
    buyer_id: BuyerId
    amount: Amount


class CreditsConverted(Fact):
    """A buyer's credits in one currency become credits in another."""

    identity: ClassVar = ("conversion_id",)

    conversion_id: Reference
    buyer_id: BuyerId
    given: Amount
    received: Amount
