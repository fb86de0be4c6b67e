"""Returns in their table, beside the part they are of; and what each store takes back, as it was told last."""

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache
from typing import NamedTuple

from functions.orders.model.orders import OrderChanged
from functions.orders.model.returns import Return, TakesBack, Terms
from functions.orders.rules import returns as rules
from functions.orders.store.rows import BUCKETS, overdue, read_due, return_due_pk, return_key, terms_key
from functions.orders.store.watching import watched
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Change, Item, Table, put


def return_changes(order_id: str, before: Sequence[Return], after: Sequence[Return]) -> Iterator[Change]:
    """What is due next stands beside it. Where a workflow is to do something for it, that is watched."""
    known = {one.return_id: one for one in before}
    for one in after:
        pk, sk = return_key(order_id, one.return_id)
        row: Item = {"pk": pk, "sk": sk, "kept": one.model_dump_json(), "version": one.version}
        if one.due_at:
            bucket = zlib.crc32(one.return_id.encode()) % BUCKETS
            row |= {"by_duepk": return_due_pk(bucket), "by_duesk": f"{clock.rfc3339(one.due_at)}#{one.return_id}"}
        was = known.get(one.return_id)
        change = put(row)
        yield (change.when(version=was.version) if was else change.absent()).otherwise(OrderChanged())
        if rules.to_do(one) != "over" and (not was or was.state != one.state):
            yield watched("return", execution_of(one.return_id, one.state), given(order_id, one.return_id))


def given(order_id: str, return_id: str) -> dict[str, str]:
    """What the workflow is told."""
    return {"order_id": order_id, "return_id": return_id}


def execution_of(return_id: str, state: str) -> str:
    """One for each state that something is to be done in."""
    return f"{return_id}-{state}"


class DueReturn(NamedTuple):
    order_id: str
    return_id: str
    since: str


class _Older(Conflict):
    """Something later was heard."""


class Returns:
    def __init__(self) -> None:
        self._table = Table()

    def overdue(self, now: datetime) -> Iterator[DueReturn]:
        """From an index, which may be late: whoever does what is due looks at the return itself."""
        for row in overdue(self._table, map(return_due_pk, range(BUCKETS)), now):
            yield DueReturn(*read_due(row))

    def terms(self, store_id: str) -> TakesBack:
        """As of today: what was sold under others keeps those."""
        return read_terms(self._table.get(*terms_key(store_id)))

    def hear(self, store_id: str, terms: Terms | None, sequence: int) -> None:
        pk, sk = terms_key(store_id)
        row: Item = {"pk": pk, "sk": sk, "sequence": sequence, **(terms.model_dump(mode="json") if terms else {})}
        with suppress(_Older):
            self._table.commit([put(row).below(sequence=sequence).otherwise(_Older())])


@cache
def returns() -> Returns:
    return Returns()


def read_terms(row: Item | None) -> TakesBack:
    return rules.takes_back(Terms.model_validate(row)) if row and "accepted" in row else rules.UNTOLD
