"""A store's part goes on: what its lines say about how far it is, what is waited for from there, and who is told.

Whatever changes the counts of lines ends with `onward`: shipping, deliveries, cancellations. It finds the state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from functions.orders import events
from functions.orders.model.fulfilment import Received, Settlement, Timers
from functions.orders.model.names import OrderState, Reason
from functions.orders.model.orders import NoSuchOrder, NotFromThere, SellerOrder
from functions.orders.model.parcels import Parcel
from functions.orders.model.refunds import MoneyBack
from functions.orders.model.returns import Return
from functions.orders.rules import states
from functions.orders.rules.due import Windows, is_due
from functions.orders.rules.lines import to_send, under_way
from kernel.events import Data


@dataclass(frozen=True, slots=True)
class Step:
    """What becomes of a store's part at once: the part, what lies beside it, and what is told of it."""

    part: SellerOrder
    parcels: Sequence[Parcel] = ()
    told: Sequence[Data] = field(default_factory=tuple)
    refunds: Sequence[MoneyBack] = ()
    returns: Sequence[Return] = ()


ALIVE: tuple[OrderState, ...] = ("confirmed", "processing", "shipped", "delivered")


def check_alive(part: SellerOrder) -> None:
    """It is paid, and something of it can still change: a piece that stands in for another goes out at any time."""
    if part.state not in ALIVE and not (part.state == "completed" and to_send(part)):
        raise NotFromThere(f"Nothing can be done any more with an order that is {part.state}.")


def check_paid(part: SellerOrder) -> None:
    """Before it is, it is none of its store's business."""
    if not part.confirmed_at:
        raise NoSuchOrder()


def paid(part: SellerOrder, windows: Windows, now: datetime) -> SellerOrder:
    timers = Timers(ship_by=windows.ship_by(now) if to_send(part) else None, decide_by=windows.decide_by(now))
    return _moved(part, "pay", confirmed_at=now, timers=timers)


def called_off(part: SellerOrder, reason: Reason) -> SellerOrder:
    """With its whole order."""
    return _moved(part, "cancel", reason=reason, timers=Timers())


def begun(part: SellerOrder, now: datetime) -> Step | None:
    """Somebody picks and packs it. None: that was said before."""
    if part.state not in ("pending", "confirmed", "cancelled"):
        return None
    after = _moved(part, "begin", begun_at=now)
    return Step(after, told=[events.SellerOrderBegun(**of_part(part))])


def onward(
    part: SellerOrder, windows: Windows, now: datetime, by: Received = "seller", reason: Reason | None = None
) -> tuple[SellerOrder, list[Data]]:
    """As far as its lines are now. `by`: by whose word it is delivered; `reason`: why it is cancelled, if it is."""
    if part.state in ("delivered", "completed"):
        return _in_exchange(part, windows, now), []
    rest = [line for line in part.lines if line.cancelled < line.quantity]
    if not rest:
        return _moved(part, "cancel", reason=reason, timers=Timers()), []
    if all(line.delivered == line.quantity - line.cancelled for line in rest):
        return _delivered(part, windows, now, by)
    if to_send(part):
        return _partly(part, windows, now)
    return _shipped(part, windows, now) if under_way(part) else (part, [])


def asked(part: SellerOrder, buyer_id: str, now: datetime) -> Step | None:
    """Whether it has come. None: that is not the question any more."""
    if not is_due(part, "ask_delivery", now):
        return None
    after = part.model_copy(update={"timers": part.timers.model_copy(update={"ask_by": None})})
    return Step(after, told=[events.DeliveryAsked(**of_part(part), buyer_id=buyer_id)])


def left_to_decide(part: SellerOrder, now: datetime) -> Step | None:
    """A person is to decide, and was told. None: it was decided otherwise."""
    if not is_due(part, "decide", now):
        return None
    return Step(part.model_copy(update={"timers": part.timers.model_copy(update={"decide_by": None})}))


def completed(part: SellerOrder, now: datetime) -> Step | None:
    """Its money is released. None: that is known."""
    if part.state == "completed":
        return None
    settlement = part.settlement.model_copy(update={"state": "done", "since": now})
    timers = part.timers.model_copy(update={"settle_by": None, "decide_by": None})  # what is exchanged goes on
    after = _moved(part, "complete", completed_at=now, settlement=settlement, timers=timers)
    return Step(after, told=[events.SellerOrderCompleted(**of_part(part))])


def _shipped(part: SellerOrder, windows: Windows, now: datetime) -> tuple[SellerOrder, list[Data]]:
    if part.state == "shipped" and part.timers.receive_by:
        return part, []
    waits = {"ship_by": None, "ask_by": windows.ask_by(now), "receive_by": windows.receive_by(now)}
    timers = part.timers.model_copy(update=waits)
    if part.state == "shipped":  # what had gone astray was sent again
        return part.model_copy(update={"timers": timers}), []
    after = _moved(part, "ship", shipped_at=now, timers=timers)
    return after, [events.SellerOrderShipped(**of_part(part))]


def _in_exchange(part: SellerOrder, windows: Windows, now: datetime) -> SellerOrder:
    """Its pieces are sent, asked about and received like any others, but nobody is paid for them a second time."""
    timers = part.timers
    ship_by = (timers.ship_by or windows.ship_by(now)) if to_send(part) else None
    waits: dict[str, datetime | None] = {"ship_by": ship_by, "ask_by": None, "receive_by": None}
    if not ship_by and under_way(part):
        known = {"ask_by": timers.ask_by, "receive_by": timers.receive_by}
        waits |= known if timers.receive_by else {"ask_by": windows.ask_by(now), "receive_by": windows.receive_by(now)}
    return part.model_copy(update={"timers": timers.model_copy(update=waits)})


def _delivered(part: SellerOrder, windows: Windows, now: datetime, by: Received) -> tuple[SellerOrder, list[Data]]:
    waits = Timers(settle_by=windows.settle_by(now), decide_by=part.timers.decide_by)
    settlement = Settlement(state="waiting", attempt=part.settlement.attempt + 1, since=now)
    after = _moved(part, "deliver", delivered_at=now, received=by, timers=waits, settlement=settlement)
    return after, [events.SellerOrderDelivered(**of_part(part), how=by)]


def _partly(part: SellerOrder, windows: Windows, now: datetime) -> tuple[SellerOrder, list[Data]]:
    """Some of it is still to be sent: for the first time, or again."""
    if part.state == "confirmed" and any(line.sent for line in part.lines):
        return _moved(part, "begin", begun_at=now), [events.SellerOrderBegun(**of_part(part))]
    if part.state == "shipped" and not part.timers.ship_by:
        again = part.timers.model_copy(update={"ship_by": windows.ship_by(now), "ask_by": None, "receive_by": None})
        return part.model_copy(update={"timers": again}), []
    return part, []


def of_part(part: SellerOrder) -> dict[str, Any]:
    """The ids that an event of it begins with."""
    return {name: getattr(part, name) for name in ("order_id", "seller_order_id", "store_id")}


def _moved(part: SellerOrder, act: states.Act, **changed: Any) -> SellerOrder:
    return part.model_copy(update={**changed, "state": states.after(states.SELLER_ORDER, part.state, act)})
