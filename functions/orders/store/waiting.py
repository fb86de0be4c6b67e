"""Workflows that wait for a payment. Whoever comes stores first and looks second, so one of them sees both."""

from contextlib import suppress
from functools import cache

from functions.orders.model.names import PaymentId
from functions.orders.model.orders import Order, OrderChanged
from functions.orders.model.paying import Result, Waiting
from functions.orders.rules import orders as rules
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.rows import order_key, read_order, waiting_key
from kernel.errors import Conflict, Unavailable
from kernel.table import update


class _Heard(Conflict):
    """What became of the payment is known."""


class WaitingStore:
    def wait(self, order_id: str, token: str, payment_id: PaymentId, client_secret: str, *, patient: bool) -> None:
        """From now on this token counts, and the buyer can pay."""
        waits = update(*waiting_key(order_id)).set(token=token, patient=patient)
        for _ in range(TRIES):
            order = orders().order(order_id)
            after = rules.to_be_paid(order, payment_id, client_secret)
            with suppress(OrderChanged):
                if after:
                    orders().replace(order, after, changes=[waits])
                else:
                    orders().table.commit([waits])
                return
        raise Unavailable("This order is being changed again and again. Try again.")

    def hear(self, order_id: str, result: Result) -> None:
        """A payment ends once; should that ever be told in two ways, money is what counts."""
        change = update(*waiting_key(order_id)).set(result=result)
        if result == "cancelled":
            change = change.when(result=None).otherwise(_Heard())
        with suppress(_Heard):
            orders().table.commit([change])

    def look(self, order_id: str) -> tuple[Order | None, Waiting]:
        there, waits = order_key(order_id), waiting_key(order_id)
        rows = orders().table.get_many([there, waits])
        order = read_order(rows[there]) if there in rows else None
        return order, Waiting.model_validate(rows.get(waits, {}))


@cache
def waiting() -> WaitingStore:
    return WaitingStore()
