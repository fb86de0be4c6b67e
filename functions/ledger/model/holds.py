"""Credits that are set aside for an order until it is paid or comes to nothing."""

from datetime import datetime
from typing import Literal

from functions.ledger.model.names import BuyerId, HoldId, OrderId, Part, Version
from kernel.errors import Conflict
from kernel.http import Answer
from kernel.money import Money

HoldState = Literal["pending", "captured", "voided", "expired"]


class Hold(Answer):
    hold_id: HoldId
    order_id: OrderId
    buyer_id: BuyerId
    amount: Part  # nothing, of what was over before it began
    state: HoldState = "pending"
    captured: Money | None = None
    expires_at: datetime
    ask_at: datetime | None = None  # its time is over: when orders is asked again what became of the order
    version: Version = 1

    @property
    def due_at(self) -> datetime:
        return self.ask_at or self.expires_at


class HoldAlreadyResolved(Conflict):
    """This hold was captured, voided or has expired, and that cannot be undone. A new try is a new order."""


class CaptureExceedsHold(Conflict):
    """More is to be spent than was set aside."""


class HoldChanged(Conflict):
    """This hold was resolved at this moment."""


class NothingHeld(Conflict):
    """Nothing was set aside for this order."""


class HeldOtherwise(Conflict):
    """Something else is set aside for this order already."""
