"""Orders in their table: placed, confirmed, cancelled, each in one transaction with all of their parts."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from functions.orders.model.addresses import Person
from functions.orders.model.checkouts import CheckoutUnderWay
from functions.orders.model.names import Reason
from functions.orders.model.orders import Kept, NoSuchOrder, Order, OrderChanged, SellerOrder
from functions.orders.model.shown import OrderSummary, StoreOrder
from functions.orders.rules import orders as rules
from functions.orders.rules import progress
from functions.orders.rules.due import Windows
from functions.orders.store.rows import (
    explain_row,
    order_key,
    order_pk,
    order_row,
    ordering_key,
    part_row,
    person_row,
    read_order,
    read_part,
    read_whole,
)
from functions.orders.store.watching import watched
from kernel import clock, table
from kernel.errors import Unavailable
from kernel.events import Data, Event, text_of
from kernel.table import Change, Receipt, Table, delete, put

TRIES = 10
BETWEEN_LOOKS_S = 0.3
ROWS = 200  # of one order: forty parts at most, their parcels and a few more
BASKETS_KEPT = timedelta(days=30)  # a basket lives for a week


class Orders:
    def __init__(self) -> None:
        self.table = Table(keep_events=True)

    # Reading

    def find(self, order_id: str) -> Order | None:
        row = self.table.get(*order_key(order_id))
        return read_order(row) if row else None

    def order(self, order_id: str) -> Order:
        found = self.find(order_id)
        if not found:
            raise NoSuchOrder()
        return found

    def of_basket(self, basket_id: str) -> str | None:
        """Which order the basket became last."""
        row = self.table.get(*ordering_key(basket_id))
        return str(row["order_id"]) if row else None

    def whole(self, order_id: str) -> Kept:
        """With all its parts and where it goes, in one call."""
        found = read_whole(list(self.table.every(order_pk(order_id), at_once=ROWS)))
        if not found:
            raise NoSuchOrder()
        return found

    def after(self, found: Order, until: datetime) -> Order:
        """As soon as it is another version than this one, or as it is by then."""
        latest = found
        while latest.version == found.version and clock.now() < until:
            table.sleep(BETWEEN_LOOKS_S)
            latest = self.order(found.order_id)
        return latest

    def of_owner(self, owner_id: str, *, limit: int, cursor: str | None) -> tuple[list[OrderSummary], str | None]:
        page = self.table.query(owner_id, index="by_owner", limit=limit, cursor=cursor, newest_first=True)
        return [OrderSummary.model_validate_json(row["summary"]) for row in page.items], page.cursor

    def every_of_owner(self, owner_id: str) -> Iterator[str]:
        """Their ids."""
        rows = self.table.every(owner_id, index="by_owner")
        return (OrderSummary.model_validate_json(row["summary"]).order_id for row in rows)

    def unpaid_since(self, owner_id: str, since: datetime, but: str, most: int) -> int:
        """How many of a person's latest orders, but for one, nobody has paid."""
        page = self.table.query(owner_id, index="by_owner", limit=most + 1, newest_first=True)
        latest = [OrderSummary.model_validate_json(row["summary"]) for row in page.items]
        return sum(
            one.placed_at >= since and one.state in ("pending", "cancelled") for one in latest if one.order_id != but
        )

    def of_store(self, store_id: str, *, limit: int, cursor: str | None) -> tuple[list[SellerOrder], str | None]:
        page = self.table.query(store_id, index="by_store", limit=limit, cursor=cursor, newest_first=True)
        return [read_part(row) for row in page.items], page.cursor

    def part_of_store(self, order_id: str, seller_order_id: str) -> StoreOrder:
        """What a store has to deliver, and where to. Before it is paid, it is none of the store's business."""
        return rules.for_store(self.whole(order_id), seller_order_id)

    def happened(self, order_id: str) -> list[dict[str, Any]]:
        """Every event of the order, the oldest first."""
        rows = self.table.every(f"EVENT#{order_id}")
        return [json.loads(text_of(row["envelope"])) for row in rows]

    # Changing

    def place(self, kept: Kept, explain: list[Any], receipt: Receipt | None) -> None:
        """Once for a quote, and one at a time of a basket as it is."""
        order = kept.order
        person = Person(address=kept.address, email=kept.email)
        changes = [
            order_row(None, order),
            *(part_row(None, part) for part in kept.parts),
            person_row(order.order_id, person),
            explain_row(order.order_id, explain),
            _ordering(order),
            watched("checkout", order.order_id, {"order_id": order.order_id}),
        ]
        self.table.commit(changes, [_event(rules.started(order), order)], receipt)

    def replace(
        self,
        before: Order,
        after: Order,
        told: Sequence[Data] = (),
        changes: Sequence[Change] = (),
        receipt: Receipt | None = None,
        more: Sequence[Event] = (),
    ) -> Order:
        events = [*(_event(data, after) for data in told), *more]
        self.table.commit([order_row(before, after), *changes], events, receipt)
        return after

    def confirm(self, order_id: str, payment_id: str | None, windows: Windows) -> Order:
        """All of it at once: from now on each part goes its own way."""
        for _ in range(TRIES):
            kept, now = self.whole(order_id), clock.now()
            after = rules.confirmed(kept.order, payment_id, now)
            if not after:
                return kept.order
            parts = [_part_row(part, progress.paid(part, windows, now)) for part in kept.parts]
            told = rules.told_paid(kept.model_copy(update={"order": after}))
            with suppress(OrderChanged):
                return self.replace(kept.order, after, [told], parts)
        raise Unavailable("This order is being changed again and again. Try again.")

    def cancel(self, order_id: str, reason: Reason) -> Order:
        """All of it at once. Its basket can be ordered again."""
        for _ in range(TRIES):
            kept, now = self.whole(order_id), clock.now()
            after = rules.cancelled(kept.order, reason, now)
            if not after:
                return kept.order
            parts = [
                _part_row(part, progress.called_off(part, reason)) for part in kept.parts if part.state != "cancelled"
            ]
            told = rules.told_cancelled(kept, reason)
            with suppress(OrderChanged):
                return self.replace(kept.order, after, [told], [*parts, *self._basket_free(kept.order)])
        raise Unavailable("This order is being changed again and again. Try again.")

    def _basket_free(self, order: Order) -> list[Change]:
        """None, where the basket has become another order meanwhile."""
        row = self.table.get(*ordering_key(order.basket_id))
        if not row or row["order_id"] != order.order_id:
            return []
        return [delete(*ordering_key(order.basket_id)).when(order_id=order.order_id).otherwise(OrderChanged())]


@cache
def orders() -> Orders:
    return Orders()


def _event(data: Data, order: Order) -> Event:
    return Event(data, order.order_id, order.version)


def _ordering(order: Order) -> Change:
    pk, sk = ordering_key(order.basket_id)
    row = {"pk": pk, "sk": sk, "order_id": order.order_id, "basket_version": order.basket_version}
    row |= {"ttl": clock.epoch_s(clock.now() + BASKETS_KEPT)}
    return put(row).below(basket_version=order.basket_version).otherwise(CheckoutUnderWay())


def _part_row(before: SellerOrder, after: SellerOrder) -> Change:
    return part_row(before, after.model_copy(update={"version": before.version + 1}))
