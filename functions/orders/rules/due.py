"""What of a store's part is due next, and when: a row in an index says so, and a sweep does it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from functions.orders.model.fulfilment import What
from functions.orders.model.orders import SellerOrder
from functions.orders.rules.holding import DECIDE_DAYS, USUAL_DAYS
from functions.orders.rules.lines import to_send, under_way

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Windows:
    """How long what is waited for: an operator's settings."""

    ship_s: int = 10 * DAY_S  # a store has to send what was paid
    ask_s: int = 10 * DAY_S  # after all is sent, a delivery is heard of
    receive_s: int = 14 * DAY_S  # after all is sent, it counts as delivered
    settle_s: int = 7 * DAY_S  # after it is delivered, its buyer may object
    hold_s: int = USUAL_DAYS * DAY_S  # money may be held, where the platform is
    decide_s: int = DECIDE_DAYS * DAY_S  # before that is over, a person decides

    def ship_by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.ship_s)

    def ask_by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.ask_s)

    def receive_by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.receive_s)

    def settle_by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.settle_s)

    def decide_by(self, now: datetime) -> datetime:
        return now + timedelta(seconds=self.hold_s - self.decide_s)


class Due(NamedTuple):
    at: datetime
    what: What


def next_due(part: SellerOrder) -> Due | None:
    """The first of what may still happen by itself."""
    timers, settles = part.timers, part.state == "delivered" and part.settlement.state == "waiting"
    again = part.state in ("delivered", "completed")  # what stands in for others goes out after all was there
    sent = (part.state == "shipped" or (again and bool(under_way(part)))) and not to_send(part)
    alive = part.state not in ("pending", "completed", "cancelled")
    waits: list[tuple[datetime | None, What, bool]] = [
        (timers.ship_by, "ship_by", (alive or again) and bool(to_send(part))),
        (timers.ask_by, "ask_delivery", sent),
        (timers.receive_by, "auto_receive", sent),
        (timers.settle_by, "settle", settles),
        (timers.watch_by, "watch", part.settlement.state == "begun"),
        (timers.decide_by, "decide", alive),
    ]
    return min((Due(at, what) for at, what, may in waits if at and may), default=None, key=lambda due: due.at)


def is_due(part: SellerOrder, what: What, now: datetime) -> bool:
    """Whether this is what is due: an index may be late, and somebody faster."""
    due = next_due(part)
    return due is not None and due.what == what and due.at <= now
