"""What others still hold for an order: they ask before they let go of it, and are told what became of the order."""

from datetime import datetime

from functions.orders.model.parked import parked_id_of
from functions.orders.model.sweeps import Finding, Watched
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.stranded import executions, final


def look(order_id: str, now: datetime) -> Finding | None:
    """Somebody holds something for it for longer than was meant."""
    order = orders().find(order_id)
    if order and order.state == "pending":
        if parked().find(parked_id_of("stranded", order_id)):
            return None  # a person looks at it already
        one = Watched(kind="checkout", name=order_id, given={"order_id": order_id}, since=order.placed_at, at=now)
        return executions.look(one, now)
    how = final.tell(order_id)
    told = {"what": "left_behind", "outcome": "resolved", "subject_id": order_id, "done": f"told_{how}"}
    return Finding.model_validate({**told, "order_id": order_id if order else None})
