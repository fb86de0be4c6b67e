"""A journal: what one fact does to the accounts. Written once, with the balances it changes, and never changed."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import Field, model_validator

from functions.ledger.model.accounts import NoSuchAccount, kind_of
from functions.ledger.model.names import JournalId
from kernel.http import Answer
from kernel.money import Money

LEGS = 90  # with the journal itself, an event and a receipt they fit into one transaction of a hundred changes


class Leg(Answer):
    """One account's part: above zero a debit, below zero a credit."""

    account: Annotated[str, Field(examples=["stripe:pending"])]
    amount: Money


class Refs(Answer):
    """What a journal is found by. Ids only."""

    order_id: Annotated[str | None, Field(examples=["ord_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    seller_order_id: Annotated[str | None, Field(examples=["slo_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    payment_id: Annotated[str | None, Field(examples=["pay_01k6m2q8vx4c7e9r1t3y5w7zab"])] = None
    store_ids: Annotated[list[str], Field(examples=[["sto_01k6m2q8vx4c7e9r1t3y5w7zab"]])] = Field(default_factory=list)
    buyer_ids: Annotated[list[str], Field(examples=[["usr_01k6m2q8vx4c7e9r1t3y5w7zab"]])] = Field(default_factory=list)


class Journal(Answer):
    """`references`: the ids that make its fact the one it is, as others know it by."""

    journal_id: JournalId
    kind: Annotated[str, Field(examples=["order_paid"])]
    refs: Refs = Refs()
    references: Annotated[list[str], Field(examples=[["ord_01k6m2q8vx4c7e9r1t3y5w7zab"]])] = Field(default_factory=list)
    legs: Annotated[list[Leg], Field(max_length=LEGS)]
    occurred_at: datetime

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        """Whoever reads or writes a journal that is not whole stops here, before it spreads."""
        sums: dict[str, int] = {}
        for leg in self.legs:
            _check(leg)
            sums[leg.amount.currency] = sums.get(leg.amount.currency, 0) + leg.amount.minor
        if any(sums.values()):
            raise ValueError(f"the legs of {self.kind} leave {sums} over")
        if len({(leg.account, leg.amount.currency) for leg in self.legs}) < len(self.legs):
            raise ValueError(f"{self.kind} names an account twice")
        return self

    def moves_as(self, other: "Journal") -> bool:
        """Whether both are the same, but for the moment: a repeated step meets what its first run wrote."""
        return (self.journal_id, self.kind, self.legs) == (other.journal_id, other.kind, other.legs)


def _check(leg: Leg) -> None:
    try:
        kind_of(leg.account)
    except NoSuchAccount as error:
        raise ValueError(str(error)) from error
    if not leg.amount:
        raise ValueError(f"a leg of nothing on {leg.account}")
    if leg.account.startswith("fx:") and leg.account not in ("fx:gain_loss", f"fx:{leg.amount.currency}"):
        raise ValueError(f"{leg.account} does not hold {leg.amount.currency}")
