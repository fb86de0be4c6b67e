"""What finance tells the books of Metco's own money: what banks and owners did, and what nobody will pay.

The reference is what the other side calls it. By it, it is booked once, whoever tells of it and however often.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from functions.ledger.model.names import Amount, BuyerId, JournalId, Owner, Reference, StoreId
from kernel.errors import Conflict, Forbidden
from kernel.http import Answer, Request

BankReference = Annotated[
    Reference,
    Field(
        examples=["statement-2030-01-14"],
        description="As on the bank's statement; of a payout by Stripe, its id there. The same is booked once.",
    ),
]


BankLine = Literal["capital_in", "capital_out", "from_stripe", "to_stripe", "sales_tax", "commission_tax"]


class NewBankEntry(Request):
    """A line of the bank's statement: it has arrived. What is on its way is still where it was."""

    reference: BankReference
    line: Annotated[BankLine, Field(examples=["from_stripe"])]
    amount: Amount


class NewExchange(Request):
    """`expected` is what conversions had reckoned with for what is given; what differs is gained or lost."""

    reference: BankReference
    given: Amount
    received: Annotated[Amount, Field(examples=[{"minor": 1386, "currency": "USD"}])]
    expected: Annotated[Amount, Field(examples=[{"minor": 1403, "currency": "USD"}])]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.given.currency == self.received.currency or self.expected.currency != self.received.currency:
            raise ValueError("one currency is given, and another one received, as was expected")
        return self


class NewWriteOff(Request):
    """Of what a store or a buyer owes; not more than that."""

    reference: BankReference
    owner: Annotated[Owner, Field(examples=["store"])]
    owner_id: Annotated[StoreId | BuyerId, Field(examples=["sto_01k6m2q8vx4c7e9r1t3y5w7zab"])]
    amount: Amount

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if (self.owner == "store") != self.owner_id.startswith("sto_"):
            raise ValueError("the id is not one of such an owner")
        return self


class Booking(Answer):
    """It is in the books, by this journal."""

    journal_id: JournalId
    kind: Annotated[str, Field(examples=["capital_paid_in"])]
    reference: Reference


class DebtIsLess(Conflict):
    """That much is not owed. Read the account's balance, then decide."""


class OwnDebt(Forbidden):
    """Nobody writes off what they owe themself, or a store they work in. Ask somebody else in finance."""
