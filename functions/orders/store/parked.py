"""What waits for an operator: the token of its workflow, and what was decided, until the workflow is told."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from functions.orders import events
from functions.orders.model.orders import OrderChanged
from functions.orders.model.parked import (
    Decided,
    DecidedAlready,
    KeptParked,
    NotParked,
    NotToBeDecided,
    Parked,
    choices_of,
    parked_id_of,
)
from functions.orders.rules import orders as rules
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.rows import PARKED, order_key, parked_key, parked_row, read_order, read_parked
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.table import Receipt, delete

ReceiptOf = Callable[[Parked], Receipt | None]


class _Another(Conflict):
    """It has been parked again meanwhile."""


class ParkedStore:
    def park(
        self, order_id: str, *, workflow: str, subject_id: str, execution: str, step: str, why: str, token: str
    ) -> None:
        """Of one execution a token that comes later is the one that counts."""
        self._put(order_id, workflow, subject_id, execution, step=step, why=why, token=token)

    def raise_(
        self, order_id: str, *, workflow: str, subject_id: str, step: str, why: str, about: dict[str, Any] | None = None
    ) -> bool:
        """What no workflow waits for, and a person has to look at all the same. False: it is raised already."""
        return self._put(order_id, workflow, subject_id, subject_id, step=step, why=why, token="", about=about)

    def page(self, *, limit: int, cursor: str | None) -> tuple[list[Parked], str | None]:
        page = orders().table.query(PARKED, index="by_store", limit=limit, cursor=cursor)
        return [Parked(**_shown(read_parked(row))) for row in page.items], page.cursor

    def decide(self, parked_id: str, decision: Decided, operator_id: str, receipt: ReceiptOf) -> Parked:
        """Written down first: the workflow is told by whoever hears of it, as often as that takes."""
        kept = self.find(parked_id)
        if not kept:
            raise NotParked()
        if kept.decided:
            raise DecidedAlready()
        if decision not in kept.choices:
            raise NotToBeDecided()
        order = orders().order(kept.order_id)
        after = rules.noted(order)
        decided = kept.model_copy(update={"decided": decision, "version": after.version})
        shown = Parked(**_shown(decided))
        told = events.ParkedOrderDecided.model_validate({**_named(kept), "decision": decision})
        acted: Sequence[Event] = [events.acted(operator_id, "decide_parked", kept.order_id, after.version)]
        row = parked_row(decided).when(version=kept.version).otherwise(DecidedAlready())
        orders().replace(order, after, [told], [row], receipt(shown), acted)
        return shown

    def find(self, parked_id: str) -> KeptParked | None:
        row = orders().table.get(*parked_key(parked_id))
        return read_parked(row) if row else None

    def over(self, kept: KeptParked) -> None:
        """It goes on. If it is parked again by now, that is another matter."""
        with suppress(_Another):
            gone = delete(*parked_key(kept.parked_id)).when(version=kept.version).otherwise(_Another())
            orders().table.commit([gone])

    def _put(self, order_id: str, workflow: str, subject_id: str, what: str, *, token: str, **made: Any) -> bool:
        there, parked_id = order_key(order_id), parked_id_of(workflow, what)
        for _ in range(TRIES):
            rows = orders().table.get_many([there, parked_key(parked_id)])
            if there not in rows:
                raise NotParked()
            kept = read_parked(rows[parked_key(parked_id)]) if parked_key(parked_id) in rows else None
            if kept and kept.token == token and (token or not kept.decided):
                return False
            order = read_order(rows[there])
            after = rules.noted(order)
            named = {"parked_id": parked_id, "order_id": order_id, "workflow": workflow, "subject_id": subject_id}
            known = {"since": clock.now(), "choices": choices_of(workflow, made["step"]), "version": after.version}
            one = KeptParked.model_validate({**named, **known, **made, "token": token})
            with suppress(OrderChanged):
                orders().replace(order, after, [events.OrderParked.model_validate(_named(one))], [parked_row(one)])
                return True
        raise Unavailable("This order is being changed again and again. Try again.")


@cache
def parked() -> ParkedStore:
    return ParkedStore()


def _shown(kept: KeptParked) -> dict[str, Any]:
    return kept.model_dump(exclude={"token", "about"})


def _named(kept: KeptParked) -> dict[str, Any]:
    return kept.model_dump(include={"parked_id", "order_id", "workflow", "subject_id", "step"})
