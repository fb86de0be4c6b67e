"""When a store gets its money: after the window, in attempts. One that meets a freeze pauses until that is decided."""

from datetime import datetime, timedelta
from typing import Any

from functions.orders.model.orders import SellerOrder
from functions.orders.rules.due import is_due
from functions.orders.rules.progress import Step

FIRST_LOOK = timedelta(minutes=5)  # nearly all are over by then, and need no row that says that they have to be


def begun(part: SellerOrder, now: datetime) -> Step | None:
    """None: it is not its time, or it was begun before."""
    if not is_due(part, "settle", now):
        return None
    return _settlement(part, now + FIRST_LOOK, state="begun", since=now)


def watched(part: SellerOrder, now: datetime) -> Step | None:
    """It is under way for long: from now on a row of its own says so. None: it is over, or said already."""
    return _settlement(part) if is_due(part, "watch", now) else None


def paused(part: SellerOrder, attempt: int, now: datetime) -> Step | None:
    """None: another attempt is made by now. What froze the sale may have been decided before this one could say so."""
    settlement = part.settlement
    if settlement.attempt != attempt or settlement.state not in ("begun", "waiting"):
        return None
    return _settlement(part, state="paused", since=now)


def thawed(part: SellerOrder, now: datetime) -> Step | None:
    """Nothing holds the money back any more. An attempt that is under way may have met the freeze: there is another."""
    if part.settlement.state not in ("begun", "paused"):
        return None
    return _settlement(part, state="waiting", attempt=part.settlement.attempt + 1, since=now)


def hastened(part: SellerOrder, now: datetime) -> Step | None:
    """A person has decided that its window is over."""
    if part.state != "delivered" or part.settlement.state == "done":
        return None
    step = _settlement(part, state="waiting", attempt=part.settlement.attempt + 1, since=now)
    timers = step.part.timers.model_copy(update={"settle_by": now, "decide_by": None})
    return Step(step.part.model_copy(update={"timers": timers}))


def execution(part: SellerOrder) -> str:
    """Each attempt is one."""
    return f"{part.seller_order_id}-{part.settlement.attempt}"


def given(part: SellerOrder) -> dict[str, Any]:
    named = {"order_id": part.order_id, "seller_order_id": part.seller_order_id}
    return {**named, "attempt": part.settlement.attempt}


def _settlement(part: SellerOrder, watch_by: datetime | None = None, **changed: Any) -> Step:
    timers = part.timers.model_copy(update={"watch_by": watch_by})
    return Step(
        part.model_copy(update={"settlement": part.settlement.model_copy(update=changed), "timers": timers}),
    )
