"""Withdrawals in their table: each changes with the journal that moves its money, and with what is told of it.

WITHDRAWALS#<store>            <withdrawal>   one
WITHDRAWALS                    <withdrawal>   the same, while somebody has to agree: what finance looks through
WITHDRAWN#<store>#<currency>   <day>          what the store asked for that day
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.ledger import events
from functions.ledger.model.accounts import available, debt
from functions.ledger.model.standing import AlreadyPosted, PostedOtherwise
from functions.ledger.model.withdrawals import (
    MeansMoved,
    NoSuchWithdrawal,
    Withdrawal,
    WithdrawalChanged,
    Withdrawals,
    WithdrawalState,
)
from functions.ledger.rules import withdrawals as rules
from functions.ledger.rules.withdrawals import Means
from functions.ledger.store.books import books
from functions.ledger.store.debts import net_debt
from functions.ledger.store.holds import TRIES
from functions.ledger.store.rows import Key, balance_keys
from kernel import clock, ids
from kernel.errors import Unavailable
from kernel.events import Data, Event
from kernel.money import Money
from kernel.table import Change, Item, Page, Receipt, check, delete, put, update

QUEUE = "WITHDRAWALS"


class WithdrawalStore:
    def means(self, store_id: str, currency: str, now: datetime) -> Means:
        """Once what the store owes is paid by what it has."""
        found = self._means(store_id, currency, now)
        if rules.netted(found):
            net_debt("store", store_id, currency, ids.new_id("net"))
            found = self._means(store_id, currency, now)
        return found

    def _means(self, store_id: str, currency: str, now: datetime) -> Means:
        [there], [owed] = _balances(store_id, currency)
        today = _day_key(store_id, currency, rules.day(now))
        rows = books().table.get_many([there, owed, today])
        minor = [rows.get(there, {}).get("balance", 0), rows.get(owed, {}).get("balance", 0)]
        minor.append(rows.get(today, {}).get("asked", 0))
        return Means(*(Money(one, currency) for one in minor))

    def request(self, made: Withdrawal, means: Means, receipt: Receipt | None) -> None:
        """Under the conditions that the debt and the day are as they were seen; the floor looks at the rest."""
        changes = [*_rows(None, made), *_conditions(made, means)]
        books().post(rules.reserved_fact(made), changes, [_requested(made), *_told(made)], receipt)

    def one(self, store_id: str, withdrawal_id: str) -> Withdrawal:
        found = self.find(store_id, withdrawal_id)
        if not found:
            raise NoSuchWithdrawal()
        return found

    def find(self, store_id: str, withdrawal_id: str) -> Withdrawal | None:
        row = books().table.get(*_key(store_id, withdrawal_id))
        return Withdrawal.model_validate(row) if row else None

    def of_store(self, store_id: str, *, limit: int, cursor: str | None) -> Withdrawals:
        return _page(books().table.query(_pk(store_id), limit=limit, cursor=cursor, newest_first=True))

    def awaiting_approval(self, *, limit: int, cursor: str | None) -> Withdrawals:
        """The oldest first: whoever waits longest is looked at next."""
        return _page(books().table.query(QUEUE, limit=limit, cursor=cursor))

    def replace(
        self,
        before: Withdrawal,
        after: Withdrawal,
        conditions: Iterable[Change] = (),
        acted: Sequence[Event] = (),
        receipt: Receipt | None = None,
    ) -> None:
        """Everything about it in one transaction: its state, its money, who agreed and that they still may."""
        fact = rules.fact_of(before, after, clock.now()) if after.state != before.state else None
        told = [*(_told(after) if after.state != before.state else ()), *acted]
        changes = [*_rows(before, after), *_given_back(before, after), *conditions]
        if fact:
            books().post(fact, changes, told, receipt)
        else:
            books().table.commit(changes, told, receipt)

    def became(self, store_id: str, withdrawal_id: str, state: WithdrawalState, reason: str) -> Withdrawal:
        """What whoever paid it out tells. Told again, nothing happens."""
        for _ in range(TRIES):
            kept = self.one(store_id, withdrawal_id)
            after = rules.became(kept, state, reason)
            if not after:
                return kept
            with suppress(WithdrawalChanged, AlreadyPosted):
                self.replace(kept, after)
                if state in ("returned", "failed"):
                    net_debt("store", store_id, after.amount.currency, f"{withdrawal_id}.back")
                return after
        raise Unavailable("This withdrawal is being changed again and again. Try again.")

    def heard(
        self, store_id: str, withdrawal_id: str, amount: Money, state: WithdrawalState, reason: str
    ) -> Withdrawal:
        """News of whoever pays out, in any order and any number of times."""
        kept = self.one(store_id, withdrawal_id)
        if kept.amount != amount:
            raise PostedOtherwise()
        for next_state in rules.way_to(kept, state):
            kept = self.became(store_id, withdrawal_id, next_state, reason)
        return kept


@cache
def withdrawals() -> WithdrawalStore:
    return WithdrawalStore()


def _pk(store_id: str) -> str:
    return f"WITHDRAWALS#{store_id}"


def _key(store_id: str, withdrawal_id: str) -> Key:
    return _pk(store_id), withdrawal_id


def _day_key(store_id: str, currency: str, day: str) -> Key:
    return f"WITHDRAWN#{store_id}#{currency}", day


def _balances(store_id: str, currency: str) -> tuple[list[Key], list[Key]]:
    return balance_keys(available(store_id), currency), balance_keys(debt("store", store_id), currency)


def _page(page: Page) -> Withdrawals:
    return Withdrawals(items=[Withdrawal.model_validate(row) for row in page.items], cursor=page.cursor)


# Changing


def _rows(before: Withdrawal | None, after: Withdrawal) -> list[Change]:
    row: Item = after.model_dump(mode="json")
    pk, sk = _key(after.store_id, after.withdrawal_id)
    change = put({"pk": pk, "sk": sk, **row})
    guarded = change.when(version=before.version) if before else change.absent()
    rows = [guarded.otherwise(WithdrawalChanged())]
    if after.state == "awaiting_approval":
        rows.append(put({"pk": QUEUE, "sk": sk, **row}))
    elif before and before.state == "awaiting_approval":
        rows.append(delete(QUEUE, sk))
    return rows


def _conditions(made: Withdrawal, means: Means) -> list[Change]:
    currency = made.amount.currency
    [owed] = _balances(made.store_id, currency)[1]
    unchanged = check(*owed).below(balance=1) if not means.debt else check(*owed).when(balance=means.debt.minor)
    today = update(*_day_key(made.store_id, currency, rules.day_of(made))).add(asked=made.amount.minor)
    as_seen = today.when(asked=means.today.minor) if means.today else today.below(asked=1)
    return [unchanged.otherwise(MeansMoved()), as_seen.otherwise(MeansMoved())]


def _given_back(before: Withdrawal, after: Withdrawal) -> list[Change]:
    if not rules.comes_back(before, after):
        return []
    minor = after.amount.minor
    counted = update(*_day_key(after.store_id, after.amount.currency, rules.day_of(after)))
    return [counted.add(asked=-minor).at_least(asked=minor).otherwise(WithdrawalChanged())]


# Telling


def _requested(made: Withdrawal) -> Event:
    told = events.WithdrawalRequested(**_said(made), needs=made.needs)
    return Event(told, made.withdrawal_id, made.version)


def _told(after: Withdrawal) -> list[Event]:
    said, told = _said(after), list[Data]()
    match after.state:
        case "approved":
            told.append(events.WithdrawalApproved(**said))
        case "sent":
            told.append(events.WithdrawalLeft(**said))
        case "paid":
            told.append(events.WithdrawalPaid(**said))
        case "returned":
            told.append(events.WithdrawalReturned(**said))
        case "denied" | "cancelled" | "failed":
            told.append(events.WithdrawalEnded(**said, how=after.state))
    return [Event(one, after.withdrawal_id, after.version) for one in told]


def _said(one: Withdrawal) -> Item:
    return one.model_dump(include={"withdrawal_id", "store_id", "amount", "way"})
