"""Stores' parts in their table: each changes with its parcels, the whole order's state and what is told, at once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import NamedTuple, TypeVar

from functions.orders.model.orders import Kept, Order, OrderChanged, SellerOrder
from functions.orders.rules import orders as rules
from functions.orders.rules.progress import Step
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.refunds import refund_changes
from functions.orders.store.returns import return_changes
from functions.orders.store.rows import BUCKETS, due_pk, order_row, overdue, parcel_row, part_row, read_due
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Data, Event
from kernel.table import Change, Receipt

Shown = TypeVar("Shown")
Decide = Callable[[Kept, SellerOrder], Step | None]
ReceiptOf = Callable[[Shown], Receipt | None]
Receipts = ReceiptOf[Kept]


def no_receipt(_: object) -> Receipt | None:
    return None


class DuePart(NamedTuple):
    order_id: str
    seller_order_id: str
    since: str


class Parts:
    def change(
        self,
        order_id: str,
        seller_order_id: str,
        decide: Decide,
        *,
        receipt: Receipts = no_receipt,
        acted: Callable[[Order], Sequence[Event]] = lambda _: (),
        rows: Callable[[Kept], Sequence[Change]] = lambda _: (),
    ) -> Kept:
        """What is decided holds for the part as it was read: whoever was faster is met again, and it is decided anew.

        The order's version goes on with every event, so that what happens to all of its parts is one history.
        """
        for _ in range(TRIES):
            kept = orders().whole(order_id)
            part = kept.part(seller_order_id)
            step = decide(kept, part)
            if not step:
                return kept
            after = rules.stepped(kept, step, clock.now())
            changes = [part_row(part, after.part(seller_order_id))]
            if after.order != kept.order:
                changes.append(order_row(kept.order, after.order))
            events = [*_told(step.told, kept.order), *acted(after.order)]
            with suppress(OrderChanged):
                orders().table.commit([*changes, *_beside(kept, step), *rows(after)], events, receipt(after))
                return after
        raise Unavailable("This order is being changed again and again. Try again.")

    def overdue(self, now: datetime) -> Iterator[DuePart]:
        """From an index, which may be late: whoever does what is due looks at the part itself."""
        for row in overdue(orders().table, map(due_pk, range(BUCKETS)), now):
            yield DuePart(*read_due(row))


@cache
def parts() -> Parts:
    return Parts()


def _beside(kept: Kept, step: Step) -> list[Change]:
    """Of all that lies beside the part."""
    order_id, known = kept.order.order_id, {parcel.parcel_id: parcel for parcel in kept.parcels}
    return [
        *(parcel_row(order_id, known.get(parcel.parcel_id), parcel) for parcel in step.parcels),
        *refund_changes(order_id, kept.refunds, step.refunds),
        *return_changes(order_id, kept.returns, step.returns),
    ]


def _told(told: Sequence[Data], order: Order) -> list[Event]:
    return [Event(data, order.order_id, order.version + place) for place, data in enumerate(told, start=1)]
