"""Views of events, as orders' consumer sees them: as much of each as it needs."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from kernel.events import Seen


class CancellationAsked(Seen):
    order_id: str


class ParkedOrderDecided(Seen):
    parked_id: str


class PartPaid(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    seller_order_id: str
    store_id: str


class OrderPaid(Seen):
    order_id: str
    seller_orders: list[PartPaid]


class SweepDone(Seen):
    at: datetime


class RefundAsked(Seen):
    order_id: str
    refund_id: str


class ReturnMoved(Seen):
    order_id: str
    return_id: str
    state: str


class RefundSettled(Seen):
    refund_id: str


class RefundFailed(Seen):
    refund_id: str


class ReservationOverdue(Seen):
    order_id: str


class HoldOverdue(Seen):
    order_id: str


class PaymentSucceeded(Seen):
    order_id: str | None = None


class PaymentCancelled(Seen):
    order_id: str | None = None
