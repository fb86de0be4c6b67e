"""Orders that wait for an operator: the token of the workflow, and what was decided, until the workflow is told."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from functions.orders import events
from functions.orders.model.names import OrderId
from functions.orders.model.orders import Order, OrderChanged
from functions.orders.model.parked import Decided, DecidedAlready, KeptParked, NotParked, ParkedOrder
from functions.orders.rules import orders as rules
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.rows import PARKED, order_key, parked_key, parked_row, read_order, read_parked
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.table import Receipt, delete

ReceiptOf = Callable[[ParkedOrder], Receipt | None]


class _Another(Conflict):
    """It has been parked again meanwhile."""


class ParkedStore:
    def park(self, order_id: OrderId, token: str, step: str, why: str) -> None:
        """A token that comes later is the one that counts."""
        for _ in range(TRIES):
            order, kept = self._both(order_id)
            if kept and kept.token == token:
                return
            after = rules.noted(order)
            made = {"order_id": order_id, "step": step, "why": why, "since": clock.now(), "token": token}
            row = parked_row(KeptParked.model_validate({**made, "version": after.version}))
            told = events.OrderParked.model_validate({"order_id": order_id, "step": step})
            with suppress(OrderChanged):
                orders().replace(order, after, [told], [row])
                return
        raise Unavailable("This order is being changed again and again. Try again.")

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[ParkedOrder], str | None]:
        page = orders().table.query(PARKED, index="by_store", limit=limit, cursor=cursor)
        return [ParkedOrder(**_shown(read_parked(row))) for row in page.items], page.cursor

    def decide(self, order_id: str, decision: Decided, operator_id: str, receipt: ReceiptOf) -> ParkedOrder:
        """Written down first: the workflow is told by whoever hears of it, as often as that takes."""
        order, kept = self._both(order_id)
        if not kept:
            raise NotParked()
        if kept.decided:
            raise DecidedAlready()
        after = rules.noted(order)
        decided = kept.model_copy(update={"decided": decision, "version": after.version})
        shown = ParkedOrder(**_shown(decided))
        told = events.ParkedOrderDecided(order_id=order_id, decision=decision)
        acted: Sequence[Event] = [events.acted(operator_id, "decide_parked_order", order_id, after.version)]
        row = parked_row(decided).when(version=kept.version).otherwise(DecidedAlready())
        orders().replace(order, after, [told], [row], receipt(shown), acted)
        return shown

    def find(self, order_id: str) -> KeptParked | None:
        row = orders().table.get(*parked_key(order_id))
        return read_parked(row) if row else None

    def over(self, kept: KeptParked) -> None:
        """The workflow was told. If it is parked again by now, that is another matter."""
        with suppress(_Another):
            gone = delete(*parked_key(kept.order_id)).when(token=kept.token).otherwise(_Another())
            orders().table.commit([gone])

    def _both(self, order_id: str) -> tuple[Order, KeptParked | None]:
        there, parked = order_key(order_id), parked_key(order_id)
        rows = orders().table.get_many([there, parked])
        if there not in rows:
            raise NotParked()
        return read_order(rows[there]), read_parked(rows[parked]) if parked in rows else None


@cache
def parked() -> ParkedStore:
    return ParkedStore()


def _shown(kept: KeptParked) -> dict[str, Any]:
    return kept.model_dump(exclude={"token"})
