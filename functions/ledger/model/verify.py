"""What the proof of the books comes to."""

from typing import Annotated

from pydantic import Field

from functions.ledger.model.names import JournalId
from kernel.http import Answer
from kernel.money import Money

AccountName = Annotated[str, Field(examples=["platform:commission"])]


class Differs(Answer):
    """A balance that is not what its journals add up to."""

    account: AccountName
    kept: Money
    due: Money


class Crossed(Answer):
    """A balance below its floor."""

    account: AccountName
    balance: Money


class Cover(Answer):
    """What Metco has in one currency, and what it owes to whom."""

    money: Money
    buyers: Money
    sellers: Money
    tax_office: Money

    @property
    def spare(self) -> Money:
        return self.money - self.buyers - self.sellers - self.tax_office


class Report(Answer):
    journals: Annotated[int, Field(ge=0, examples=[1042])]
    twice: list[JournalId]
    differing: list[Differs]
    out_of_zero: list[Money]
    crossed: list[Crossed]
    covers: list[Cover]

    @property
    def whole(self) -> bool:
        """Nothing was lost, created, or written twice."""
        return not (self.twice or self.differing or self.out_of_zero or self.crossed)

    @property
    def covered(self) -> bool:
        return all(cover.spare.minor >= 0 for cover in self.covers)
