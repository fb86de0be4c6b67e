"""Those who leave, and those who come back with an account: what is theirs of orders goes, or goes with them."""

from contextlib import suppress
from functools import cache

from functions.orders import events
from functions.orders.model.orders import ClaimInvalid, OrderChanged
from functions.orders.rules import orders as rules
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.rows import person_key
from kernel.errors import Unavailable
from kernel.table import Receipt, delete, receipts_of


class People:
    def claim(self, order_id: str, owner_id: str, receipt: Receipt | None = None) -> None:
        """The order is in this person's account from now on. In the books its buyer stays who it was."""
        for _ in range(TRIES):
            order = orders().order(order_id)
            after = rules.claimed(order, owner_id)
            if not after:
                return
            told = events.OrderClaimed(order_id=order_id, buyer_id=order.buyer_id, owner_id=owner_id)
            with suppress(OrderChanged):
                orders().replace(order, after, [told], receipt=receipt)
                return
        raise Unavailable("This order is being changed again and again. Try again.")

    def absorb(self, guest_id: str, user_id: str) -> None:
        """What the index has late and was claimed by somebody by now is theirs."""
        for order_id in list(orders().every_of_owner(guest_id)):
            with suppress(ClaimInvalid):
                self.claim(order_id, user_id)

    def forget(self, user_id: str) -> None:
        """What was bought and paid stays, under an id that leads nowhere."""
        for order_id in orders().every_of_owner(user_id):
            orders().table.commit([delete(*person_key(order_id))])
        orders().table.empty(receipts_of(user_id))


@cache
def people() -> People:
    return People()
