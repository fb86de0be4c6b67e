"""Facts of money on its way to a seller: set aside, sent, arrived, come back."""

from typing import ClassVar, Literal

from functions.ledger.model.facts.base import Fact
from functions.ledger.model.names import Amount, StoreId, WithdrawalId


class _OfWithdrawal(Fact):
    identity: ClassVar = ("withdrawal_id",)

    withdrawal_id: WithdrawalId
    store_id: StoreId
    amount: Amount


class WithdrawalReserved(_OfWithdrawal):
    """A seller asked for it: it is set aside, so that nobody asks for it twice."""


class WithdrawalReleased(_OfWithdrawal):
    """It was denied, called off, or could not be sent."""


class WithdrawalTransferred(_OfWithdrawal):
    """Stripe has it in the seller's own account there, which pays it out."""


class WithdrawalSent(_OfWithdrawal):
    """It is on its way by another provider, or from the bank."""


class WithdrawalArrived(_OfWithdrawal):
    """The other provider took it from the bank."""


class WithdrawalReturned(_OfWithdrawal):
    """It came back, from wherever it was by then, and is the seller's to be withdrawn again."""

    came_from: Literal["stripe", "transit", "bank"]
