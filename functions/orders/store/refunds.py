"""Refunds in their table: beside the part they are of, and by their own id, as payments tells of refunds alone."""

from collections.abc import Iterator, Sequence
from functools import cache

from functions.orders.model.orders import OrderChanged
from functions.orders.model.refunds import MoneyBack
from functions.orders.store.rows import refund_key, refund_order_key
from functions.orders.store.watching import watched
from kernel.table import Change, Table, put


def refund_changes(order_id: str, before: Sequence[MoneyBack], after: Sequence[MoneyBack]) -> Iterator[Change]:
    """A new one is watched: its workflow has to end."""
    known = {one.refund_id: one for one in before}
    for one in after:
        pk, sk = refund_key(order_id, one.refund_id)
        change = put({"pk": pk, "sk": sk, "kept": one.model_dump_json(), "version": one.version})
        was = known.get(one.refund_id)
        yield (change.when(version=was.version) if was else change.absent()).otherwise(OrderChanged())
        if not was:
            pk, sk = refund_order_key(one.refund_id)
            yield put({"pk": pk, "sk": sk, "order_id": order_id})
            yield watched("money_back", one.refund_id, given(order_id, one.refund_id))


def given(order_id: str, refund_id: str) -> dict[str, str]:
    """What the workflow is told."""
    return {"order_id": order_id, "refund_id": refund_id}


class Refunds:
    def __init__(self) -> None:
        self._table = Table()

    def order_of(self, refund_id: str) -> str | None:
        """None: it is no refund of a part, such as one of a whole order that could not be carried out."""
        row = self._table.get(*refund_order_key(refund_id))
        return str(row["order_id"]) if row else None


@cache
def refunds() -> Refunds:
    return Refunds()
