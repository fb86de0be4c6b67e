"""Views of events, as orders' consumer sees them: as much of each as it needs."""

from pydantic import BaseModel, ConfigDict

from kernel.events import Seen


class CancellationAsked(Seen):
    order_id: str


class ParkedOrderDecided(Seen):
    order_id: str


class PartPaid(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    seller_order_id: str
    store_id: str


class OrderPaid(Seen):
    order_id: str
    seller_orders: list[PartPaid]


class PaymentSucceeded(Seen):
    order_id: str | None = None


class PaymentCancelled(Seen):
    order_id: str | None = None
