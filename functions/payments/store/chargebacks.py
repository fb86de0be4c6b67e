"""Chargebacks in their table.

CHARGEBACK#<id>       -                a chargeback
                      <contributor>    what a store or finance holds against it
CHARGEBACKS           <time>#<id>      a copy of each, for finance's list
CHARGEBACKS#<store>   <time>#<id>      a copy of each, for the list of a store whose sale it was
SOLD#<payment>        -                whose goods a payment paid
WATCH#DISPUTES        -                when Stripe was last asked for those that nobody told of

by_due: CHARGEBACK#<bucket>, <time> of each that is not decided
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from functions.payments.events import acted
from functions.payments.model.chargebacks import (
    Chargeback,
    ChargebackChanged,
    Chargebacks,
    Evidence,
    NoSuchChargeback,
)
from functions.payments.rules import chargebacks as rules
from functions.payments.store.due import due_keys, overdue
from functions.payments.store.refunds import chargebacks_counted
from kernel import clock
from kernel.events import Data, Event
from kernel.table import Change, Item, Receipt, Table, check, put

ITSELF = "-"
BETWEEN_LOOKS = timedelta(hours=1)


class ChargebackStore:
    def __init__(self) -> None:
        self.table = Table()

    def find(self, chargeback_id: str) -> Chargeback | None:
        row = self.table.get(_pk(chargeback_id), ITSELF)
        return Chargeback.model_validate(row) if row else None

    def contested(self, chargeback_id: str, contributor: str) -> tuple[Chargeback, Evidence]:
        """With what one contributor says, in one call."""
        keys = [(_pk(chargeback_id), ITSELF), (_pk(chargeback_id), contributor)]
        rows = self.table.get_many(keys)
        if keys[0] not in rows:
            raise NoSuchChargeback()
        said = rows.get(keys[1])
        evidence = Evidence.model_validate(said) if said else Evidence(contributor=contributor)
        return Chargeback.model_validate(rows[keys[0]]), evidence

    def file(self, chargeback_id: str) -> tuple[Chargeback, list[Evidence]]:
        """With what all say."""
        rows = {row["sk"]: row for row in self.table.every(_pk(chargeback_id))}
        if ITSELF not in rows:
            raise NoSuchChargeback()
        kept = Chargeback.model_validate(rows.pop(ITSELF))
        return kept, [Evidence.model_validate(row) for row in rows.values()]

    def listed(self, store_id: str = "", *, limit: int, cursor: str | None) -> Chargebacks:
        page = self.table.query(_list(store_id), limit=limit, cursor=cursor, newest_first=True)
        return Chargebacks(items=[Chargeback.model_validate(row) for row in page.items], cursor=page.cursor)

    def overdue(self, now: datetime) -> Iterator[tuple[str]]:
        return ((pk.partition("#")[2],) for pk, _ in overdue(self.table, "CHARGEBACK", now))

    # Changing

    def replace(
        self,
        before: Chargeback | None,
        after: Chargeback,
        told: Sequence[Data] = (),
        *,
        operator_id: str = "",
        did: str = "",
        receipt: Receipt | None = None,
    ) -> None:
        """What refunds ask, whether one is open, changes with it."""
        news = [Event(data, after.chargeback_id, after.version) for data in told]
        if operator_id:
            news.append(acted(operator_id, did, after.chargeback_id, after.version))
        opened, lost = rules.counted(before, after)
        counted = [chargebacks_counted(after.payment_id, opened=opened, lost=lost)] if opened or lost else []
        self.table.commit([*_rows(before, after), *counted], news, receipt)

    def look_later(self, kept: Chargeback) -> None:
        with suppress(ChargebackChanged):
            self.table.commit(_rows(kept, kept))

    def say(self, of: Chargeback, before: Evidence, after: Evidence, receipt: Receipt | None = None) -> None:
        """Only while it can still be sent: whoever decides to send at this moment knows what goes."""
        row = put({"pk": _pk(of.chargeback_id), "sk": after.contributor, **after.model_dump(mode="json")})
        as_read = row.when(version=before.version) if before.version else row.absent()
        open_still = check(_pk(of.chargeback_id), ITSELF).when(version=of.version)
        changes = [as_read.otherwise(ChargebackChanged()), open_still.otherwise(ChargebackChanged())]
        self.table.commit(changes, (), receipt)

    def forget_evidence(self, chargeback_id: str) -> None:
        """It is decided, and the bank had it: words about a buyer are not kept longer than they are needed."""
        self.table.empty(_pk(chargeback_id), keep=(ITSELF,))

    # Whose goods

    def sold(self, payment_id: str, store_ids: Sequence[str]) -> None:
        self.table.commit([put({"pk": f"SOLD#{payment_id}", "sk": "-", "store_ids": sorted(set(store_ids))})])

    def sellers_of(self, payment_id: str) -> list[str]:
        row = self.table.get(f"SOLD#{payment_id}", "-")
        return list(row["store_ids"]) if row else []

    # Those nobody told of

    def is_time_to_ask(self, now: datetime) -> bool:
        """Once an hour, whoever comes first."""
        row = put({"pk": "WATCH#DISPUTES", "sk": "-", "at": clock.rfc3339(now)})
        try:
            self.table.commit([row.below(at=clock.rfc3339(now - BETWEEN_LOOKS)).otherwise(ChargebackChanged())])
        except ChargebackChanged:
            return False
        return True


@cache
def chargebacks() -> ChargebackStore:
    return ChargebackStore()


def _rows(before: Chargeback | None, after: Chargeback) -> list[Change]:
    row: Item = after.model_dump(mode="json")
    at = rules.look_again_at(after, clock.now(), tried=before is after)
    due = due_keys("CHARGEBACK", at, after.chargeback_id)
    change = put({"pk": _pk(after.chargeback_id), "sk": ITSELF, **row, **due})
    guarded = change.when(version=before.version) if before else change.absent()
    place = f"{clock.rfc3339(after.opened_at)}#{after.chargeback_id}"
    copies = [put({"pk": _list(store_id), "sk": place, **row}) for store_id in ("", *after.store_ids)]
    return [guarded.otherwise(ChargebackChanged()), *copies]


def _pk(chargeback_id: str) -> str:
    return f"CHARGEBACK#{chargeback_id}"


def _list(store_id: str) -> str:
    return f"CHARGEBACKS#{store_id}" if store_id else "CHARGEBACKS"
