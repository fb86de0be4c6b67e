"""Facts of the platform's own money: put in, taken out, moved, remitted, exchanged."""

from typing import ClassVar, Literal

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.names import Amount, Reference


class CapitalPaidIn(Fact):
    """The owners put money in: gifts and reductions that Metco pays for have to come from somewhere."""

    identity: ClassVar = ("reference",)

    reference: Reference
    amount: Amount


class CapitalTakenOut(Fact):
    """The owners take money out."""

    identity: ClassVar = ("reference",)

    reference: Reference
    amount: Amount


class FundsMoved(Fact):
    """From Stripe to the bank, or the other way."""

    identity: ClassVar = ("reference",)

    reference: Reference
    amount: Amount
    to: Literal["bank", "stripe"]


class TaxRemitted(Fact):
    """A tax office got what is its."""

    identity: ClassVar = ("reference",)

    reference: Reference
    amount: Amount
    of: Literal["sales", "commission"]


class CurrencyExchanged(Fact):
    """The bank exchanged what conversions had left open. `expected` is what they had reckoned with."""

    identity: ClassVar = ("reference",)

    reference: Reference
    given: Amount
    received: Amount
    expected: Amount
