"""Sellers' accounts at Stripe in their table.

SELLER#<store>    -   the account, as Stripe described it when it was last asked
ACCOUNT#<acct_>   -   whose it is

by_due: SELLER#<bucket>, <time> of each that Stripe is to be asked about though no webhook came
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache

from functions.payments import events
from functions.payments.model.sellers import AccountMoved, PayoutAccount
from functions.payments.rules import sellers as rules
from functions.payments.store.due import due_keys, overdue
from kernel.events import Event
from kernel.table import Change, Receipt, Table, put

ReceiptOf = Callable[[PayoutAccount], Receipt | None]


class SellerStore:
    def __init__(self) -> None:
        self._table = Table()

    def find(self, store_id: str) -> PayoutAccount | None:
        row = self._table.get(f"SELLER#{store_id}", "-")
        return PayoutAccount.model_validate(row) if row else None

    def store_of(self, account_id: str) -> str | None:
        row = self._table.get(f"ACCOUNT#{account_id}", "-")
        return str(row["store_id"]) if row else None

    def open(self, made: PayoutAccount, before: PayoutAccount | None, receipt: Receipt | None) -> None:
        """The first of a store, or one in place of an account that is gone."""
        whose = put({"pk": f"ACCOUNT#{made.account_id}", "sk": "-", "store_id": made.store_id})
        self._table.commit([_row(before, made), whose], [_told(made)], receipt)

    def asked_again(self, before: PayoutAccount, after: PayoutAccount, receipt: Receipt | None) -> None:
        """Others hear of it where it concerns them."""
        self._table.commit([_row(before, after)], [_told(after)] if rules.is_news(before, after) else [], receipt)

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    def overdue(self, now: datetime) -> Iterator[str]:
        return (pk.partition("#")[2] for pk, _ in overdue(self._table, "SELLER", now))


@cache
def sellers() -> SellerStore:
    return SellerStore()


def _row(before: PayoutAccount | None, after: PayoutAccount) -> Change:
    due = due_keys("SELLER", rules.ask_at(after), after.store_id)
    change = put({"pk": f"SELLER#{after.store_id}", "sk": "-", **after.model_dump(mode="json"), **due})
    return (change.when(version=before.version) if before else change.absent()).otherwise(AccountMoved())


def _told(after: PayoutAccount) -> Event:
    told = events.SellerAccountChanged(store_id=after.store_id, state=after.state, missing=after.missing)
    return Event(told, after.store_id, after.version)
