"""Where a seller order's money stands: still with the sale or released, frozen or not, and what was taken back."""

from typing import Annotated

from pydantic import Field

from functions.ledger.model.names import Part, Reference, Version
from functions.ledger.model.sales import Reversed, Sale
from kernel.errors import Conflict, NotFound
from kernel.http import Answer

FREEZES = 20


class Standing(Answer):
    """`freezes` names what holds the money back: a dispute, a return, a chargeback, each once."""

    sale: Sale
    so_far: Reversed
    released: bool = False
    freezes: Annotated[list[Reference], Field(max_length=FREEZES)] = Field(default_factory=list)
    version: Version = 1


class GivenBack(Answer):
    """Of one refund: what Stripe has to send, what credits were given, and what the seller had no more and owes now."""

    by_card: Part
    by_credits: Part
    owed: Part


class NoSuchSale(NotFound):
    """This seller order is not in the books: it was never paid."""


class SaleFrozen(Conflict):
    """Something about this sale is not decided yet: its money stays where it is."""


class SaleReleasedAlready(Conflict):
    """The money of this sale was released before: there is nothing left to freeze."""


class TooManyFreezes(Conflict):
    """This sale is frozen for as many reasons as it can be. Let one of them be decided first."""


class SaleChanged(Conflict):
    """Something else happened to this sale at this moment."""


class PostedOtherwise(Conflict):
    """This is in the books already, with other amounts. What is written is never changed."""


class NotEnoughCredits(Conflict):
    """There are not that many credits."""


class BalanceMoved(Conflict):
    """A balance that this was reckoned with has changed at this moment."""


class AlreadyPosted(Conflict):
    """This is in the books already."""
