"""Payout policies in their table.

PAYOUT-POLICY#<store>   -   the policy that holds; in by_due, while it is going to ask for something
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from functions.ledger import events
from functions.ledger.model.policies import PayoutPolicy, PolicyChanged
from functions.ledger.store.books import books
from functions.ledger.store.rows import BUCKETS, Key, due_keys, due_pk
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, put

WHAT = "POLICY"
SWEPT_AT_ONCE = 50


class PolicyStore:
    def of_store(self, store_id: str) -> PayoutPolicy:
        row = books().table.get(*_key(store_id))
        return PayoutPolicy.model_validate(row or {"store_id": store_id})

    def set(self, before: PayoutPolicy, after: PayoutPolicy, receipt: Receipt | None) -> None:
        told = events.PayoutPolicySet(store_id=after.store_id, schedule=after.schedule, way=after.way)
        event = Event(told, f"payout_policy_{after.store_id}", after.version)
        books().table.commit([_row(before, after)], [event], receipt)

    def move_on(self, before: PayoutPolicy, after: PayoutPolicy) -> None:
        """To its next moment, unless the seller has set another policy meanwhile."""
        books().table.commit([_row(before, after)])

    def overdue(self, now: datetime) -> Iterator[str]:
        """From an index, which may be late: the policy itself says whether it is due."""
        for bucket in range(BUCKETS):
            before = clock.rfc3339(now)
            page = books().table.query(due_pk(WHAT, bucket), index="by_due", before=before, limit=SWEPT_AT_ONCE)
            yield from (row["pk"].partition("#")[2] for row in page.items)


@cache
def policies() -> PolicyStore:
    return PolicyStore()


def _key(store_id: str) -> Key:
    return f"PAYOUT-POLICY#{store_id}", "-"


def _row(before: PayoutPolicy, after: PayoutPolicy) -> Change:
    pk, sk = _key(after.store_id)
    row: Item = after.model_dump(mode="json")
    waits = due_keys(WHAT, after.next_at, after.store_id) if after.next_at else {}
    change = put({"pk": pk, "sk": sk, **row, **waits})
    seen = before.model_dump(mode="json", include={"version", "next_at"})
    return (change.when(**seen) if before.version else change.absent()).otherwise(PolicyChanged())
