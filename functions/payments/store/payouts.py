"""Payouts to sellers in their table, and what is fetched back of them.

PAYOUTS#<store>     <withdrawal>   a payout
PAYOUTS#BY_HAND     <withdrawal>   a copy of each that finance has to make itself
REVERSALS#<store>   <reference>    from which transfers how much is to come back

by_due: PAYOUT#<bucket>, <time> of each whose provider has to be asked
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.payments.events import TransferReversed, acted
from functions.payments.model.payouts import NoSuchPayout, Payout, PayoutChanged, Payouts, Reversal
from functions.payments.rules import payouts as rules
from functions.payments.store.due import due_keys, overdue
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put

BY_HAND = "PAYOUTS#BY_HAND"


class PayoutStore:
    def __init__(self) -> None:
        self.table = Table()

    def find(self, store_id: str, withdrawal_id: str) -> Payout | None:
        row = self.table.get(_pk(store_id), withdrawal_id)
        return Payout.model_validate(row) if row else None

    def one(self, store_id: str, withdrawal_id: str) -> Payout:
        found = self.find(store_id, withdrawal_id)
        if not found:
            raise NoSuchPayout()
        return found

    def of_store(self, store_id: str, *, limit: int, cursor: str | None) -> Payouts:
        """The newest first: a withdrawal's id begins with its moment."""
        page = self.table.query(_pk(store_id), limit=limit, cursor=cursor, newest_first=True)
        return Payouts(items=[Payout.model_validate(row) for row in page.items], cursor=page.cursor)

    def every(self, store_id: str) -> Iterator[Payout]:
        return (Payout.model_validate(row) for row in self.table.every(_pk(store_id)))

    def by_hand(self, *, limit: int, cursor: str | None) -> Payouts:
        """Those that wait longest first."""
        page = self.table.query(BY_HAND, limit=limit, cursor=cursor)
        return Payouts(items=[Payout.model_validate(row) for row in page.items], cursor=page.cursor)

    def overdue(self, now: datetime) -> Iterator[tuple[str, str]]:
        """Store and withdrawal of each."""
        return ((pk.partition("#")[2], sk) for pk, sk in overdue(self.table, "PAYOUT", now))

    # Changing

    def begin(self, wanted: Payout) -> Payout:
        """Once: who asks again gets what was written down the first time."""
        with suppress(PayoutChanged):
            self.table.commit(_rows(None, wanted))
            return wanted
        kept = self.one(wanted.store_id, wanted.withdrawal_id)
        rules.check_same(kept, wanted)
        return kept

    def replace(
        self, before: Payout, after: Payout, *, operator_id: str = "", did: str = "", receipt: Receipt | None = None
    ) -> Payout:
        told = [Event(data, after.withdrawal_id, after.version) for data in rules.told(before, after)]
        if operator_id:
            told.append(acted(operator_id, did, after.withdrawal_id, after.version))
        self.table.commit(_rows(before, after), told, receipt)
        return after

    def look_later(self, kept: Payout) -> None:
        """Nothing new of it: its provider is only asked again after a while."""
        with suppress(PayoutChanged):
            self.table.commit(_rows(kept, kept))

    # What is fetched back

    def reversal(self, store_id: str, reference: str) -> Reversal | None:
        row = self.table.get(_reversals(store_id), reference)
        return Reversal.model_validate(row) if row else None

    def plan(self, planned: Reversal) -> Reversal:
        """Whoever planned first is followed by all."""
        with suppress(PayoutChanged):
            self.table.commit([_reversal_row(planned).absent().otherwise(PayoutChanged())])
            return planned
        return self.reversal(planned.store_id, planned.reference) or planned

    def carry_out(self, before: Reversal, after: Reversal, transfer_id: str, *, for_refund: bool) -> Reversal:
        """What comes back for a refund is told by itself; what comes back of a payout is told with the payout."""
        told: list[Event] = []
        done = next(part for part in after.parts if part.transfer_id == transfer_id)
        if done.reversal_id and for_refund:
            data = TransferReversed(reversal_id=done.reversal_id, store_id=after.store_id, amount=done.amount)
            told.append(Event(data, done.reversal_id, 1))
        self.table.commit([_reversal_row(after).when(version=before.version).otherwise(PayoutChanged())], told)
        return after


@cache
def payouts() -> PayoutStore:
    return PayoutStore()


def _rows(before: Payout | None, after: Payout) -> Sequence[Change]:
    row: Item = {"sk": after.withdrawal_id, **after.model_dump(mode="json")}
    due = due_keys("PAYOUT", rules.look_again_at(after, clock.now()), after.withdrawal_id)
    change = put({"pk": _pk(after.store_id), **row, **due})
    rows = [(change.when(version=before.version) if before else change.absent()).otherwise(PayoutChanged())]
    if after.way == "bank" and after.state in ("asked", "sent"):
        rows.append(put({"pk": BY_HAND, **row}))
    elif after.way == "bank":
        rows.append(delete(BY_HAND, after.withdrawal_id))
    return rows


def _reversal_row(one: Reversal) -> Change:
    return put({"pk": _reversals(one.store_id), "sk": one.reference, **one.model_dump(mode="json")})


def _pk(store_id: str) -> str:
    return f"PAYOUTS#{store_id}"


def _reversals(store_id: str) -> str:
    return f"REVERSALS#{store_id}"
