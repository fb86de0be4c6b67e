"""Baskets in their table: domain verbs outside, DynamoDB words inside.

OWNER#<who>           BASKET         a person's or a guest's basket; or that it went along with a guest, or is forgotten
DUE#BASKET#<bucket>   <time>#<who>   one that nobody may have changed since then
LIMIT#codes#<who>     <hour>         how many codes somebody tried
BOUGHT#<order>        -              what this order bought is out of its basket

A basket of a person has one due row at most, which is not moved with every change: the sweep looks, and moves it.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from functions.baskets import events
from functions.baskets.model.baskets import (
    Basket,
    BasketChangedMeanwhile,
    BoughtAlready,
    Forgotten,
    GuestHasAccount,
    NewLine,
    TooManyCodesTried,
)
from functions.baskets.model.facts import AgreedPrice, Facts
from functions.baskets.model.promotions import Promotion
from functions.baskets.rules import contents as rules
from functions.baskets.store.known import fact_keys, read_agreed, read_facts
from functions.baskets.store.promotions import offer_keys, read_offered
from functions.baskets.store.rows import Key, many, owner_pk
from kernel import clock
from kernel.errors import Unavailable
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put, receipts_of, update

KEPT = timedelta(days=180)  # after the last change, with all that is saved
GUESTS_KEPT = timedelta(days=31)  # a day longer than a guest's token holds
LATE_MESSAGES = timedelta(days=14)  # longer than any queue keeps one
CODES_TRIED = 20  # of one person or guest, while they are counted
CODES_COUNTED_FOR = timedelta(hours=1)
TRIES = 8
BUCKETS = 4
SWEPT_AT_ONCE = 50

ERASED = "erased"  # of a guest who has signed in, `gone` says as whom

Decide = Callable[[Basket, Facts], Basket]
Bought = Mapping[tuple[str, str], int]  # pieces by offer and variant


@dataclass(frozen=True, slots=True)
class Read:
    """All that a basket is priced from, read in two calls."""

    basket: Basket
    facts: Facts
    agreed: Mapping[str, AgreedPrice]
    promotions: list[Promotion]


@dataclass(frozen=True, slots=True)
class Kept:
    basket: Basket
    version: int | None = None  # of the row; None: there is none
    due: str | None = None  # since when nobody may have changed it: the name of its due row


class Baskets:
    def __init__(self) -> None:
        self._table = Table()

    def basket(self, who: str) -> Basket:
        return self._kept(who, self._table.get(owner_pk(who), "BASKET")).basket

    def read(self, who: str) -> Read:
        """The basket with the buyer's agreed prices, then everything that is to be known of what is in it."""
        rows = {row["sk"]: row for row in self._table.every(owner_pk(who))}
        basket = self._kept(who, rows.pop("BASKET", None)).basket
        items = {(line.store_id, line.variant_id) for line in basket.lines}
        stores = {line.store_id for line in basket.to_buy}
        keys = fact_keys([line.offer_id for line in basket.lines], items)
        wanted = offer_keys(stores, basket.codes) if stores else []
        found = many(self._table, [*keys, *wanted]) if keys else {}
        promotions = read_offered([found[key] for key in wanted if key in found])
        agreed = {one.variant_id: one for one in read_agreed(rows.values())}
        return Read(basket, read_facts(found), agreed, promotions)

    def change(
        self,
        who: str,
        decide: Callable[[Basket], Basket],
        receipt: Callable[[Basket], Receipt | None],
        beside: Sequence[Change] = (),
    ) -> Basket:
        """A call to look and a call to write. Whoever was faster, on another device perhaps, is not undone."""
        for _ in range(TRIES):
            before = self._kept(who, self._table.get(owner_pk(who), "BASKET"))
            with suppress(BasketChangedMeanwhile):
                return self._write(who, before, decide(before.basket), receipt, beside)
        raise Unavailable("This basket is being changed again and again. Try again.")

    def say_code(
        self, who: str, decide: Callable[[Basket], Basket], receipt: Callable[[Basket], Receipt | None], now: datetime
    ) -> Basket:
        """Counted in the same transaction: a code is worth money, and short enough to be guessed by who tries many."""
        expires = clock.epoch_s(now + 2 * CODES_COUNTED_FOR)
        tried = update(f"LIMIT#codes#{who}", str(int(now.timestamp() // CODES_COUNTED_FOR.total_seconds())))
        counted = tried.add(codes=1).set(ttl=expires).below(codes=CODES_TRIED).otherwise(TooManyCodesTried())
        return self.change(who, decide, receipt, [counted])

    def add(self, who: str, new: NewLine, decide: Decide, receipt: Callable[[Basket], Receipt | None]) -> Basket:
        """As `change`, with what is to be known of the new thing in the same call."""
        mine, keys = (owner_pk(who), "BASKET"), fact_keys([new.offer_id], [(new.store_id, new.variant_id)])
        for _ in range(TRIES):
            rows = self._table.get_many([mine, *keys])
            before = self._kept(who, rows.pop(mine, None))
            with suppress(BasketChangedMeanwhile):
                return self._write(who, before, decide(before.basket, read_facts(rows)), receipt)
        raise Unavailable("This basket is being changed again and again. Try again.")

    def absorb(self, guest: str, person: str) -> None:
        """All of both is the person's, once. Whatever the guest still tries finds that it went along."""
        for _ in range(TRIES):
            row, now = self._table.get(owner_pk(guest), "BASKET"), clock.now()
            if row and row.get("gone"):
                return
            theirs = self._kept(guest, row)
            marked = _row(guest, version=0, gone=person, ttl=clock.epoch_s(now + GUESTS_KEPT))
            leaving = put(marked).when(version=theirs.version).otherwise(BasketChangedMeanwhile())
            with suppress(BasketChangedMeanwhile):
                self._table.commit([leaving, *self._arriving(theirs.basket, person, now)])
                return
        raise Unavailable("These baskets are being changed again and again.")

    def take_out(self, who: str, order_id: str, bought: Bought, now: datetime) -> None:
        """What an order bought, once; where a guest has signed in meanwhile, of the person's basket."""
        for _ in range(TRIES):
            row = self._table.get(owner_pk(who), "BASKET")
            if row and row.get("gone", ERASED) != ERASED:
                who, row = row["gone"], self._table.get(owner_pk(row["gone"]), "BASKET")
            if not row or row.get("gone"):
                return
            before = self._kept(who, row)
            once = put({"pk": f"BOUGHT#{order_id}", "sk": "-", "ttl": clock.epoch_s(now + KEPT)}).absent()
            changes = self._changes(who, before, rules.without_bought(before.basket, bought, now))
            try:
                self._table.commit([once.otherwise(BoughtAlready()), *changes])
                return
            except BoughtAlready:
                return
            except BasketChangedMeanwhile:
                continue
        raise Unavailable("This basket is being changed again and again.")

    def forget(self, who: str, now: datetime) -> None:
        """The mark first: what comes late finds it. Safe to repeat."""
        marked = _row(who, version=0, gone=ERASED, ttl=clock.epoch_s(now + LATE_MESSAGES))
        self._table.commit([put(marked)])
        self._table.empty(owner_pk(who), keep=("BASKET",))
        self._table.empty(receipts_of(who))

    def known_of(self, who: str) -> dict[str, Any]:
        """All that is kept of somebody: what they chose, and what they agreed on."""
        rows = {row["sk"]: row for row in self._table.every(owner_pk(who))}
        kept = rows.pop("BASKET", {})
        basket = json.loads(kept["doc"]) if "doc" in kept else None
        return {"basket": basket, "agreed_prices": [json.loads(row["doc"]) for row in rows.values() if "doc" in row]}

    def answered(self, receipt: Receipt | None) -> None:
        """Nothing changes, but a repetition is to have the same answer."""
        if receipt:
            self._table.commit([], receipt=receipt)

    # Abandoned

    def due(self, changed_before: datetime) -> Iterator[tuple[str, Key]]:
        """How long is long enough is nothing that rows know: an operator's word holds for those that are there, too."""
        for bucket in range(BUCKETS):
            pk = f"DUE#BASKET#{bucket}"
            for row in self._table.query(pk, before=clock.rfc3339(changed_before), limit=SWEPT_AT_ONCE).items:
                yield row["who"], (pk, row["sk"])

    def settle(self, who: str, key: Key, changed_before: datetime) -> bool:
        """Tell, once, that a basket was left alone since then; of one that was not, look again when it may be so."""
        row = self._table.get(owner_pk(who), "BASKET")
        if not row or row.get("gone") or key != _due_key(who, row.get("due", "")):
            self._table.commit([delete(*key)])
            return False
        basket, told = self._kept(who, row).basket, list[Event]()
        again = clock.rfc3339(basket.changed_at) if basket.to_buy else ""
        if again and again <= clock.rfc3339(changed_before):
            told, again = [Event(_abandoned(who, basket), basket.basket_id, basket.version)], ""
        looked = put(row | {"due": again or None}).when(version=row["version"], due=row["due"])
        later = [_due_row(who, again)] if again else []
        self._table.commit([looked.otherwise(BasketChangedMeanwhile()), delete(*key), *later], told)
        return bool(told)

    # Reading and writing rows

    def _kept(self, who: str, row: Item | None) -> Kept:
        now = clock.now()
        if not row:
            return Kept(rules.empty(who, now))
        if gone := row.get("gone"):
            raise Forgotten() if gone == ERASED else GuestHasAccount()
        basket = Basket.model_validate_json(row["doc"])
        return Kept(rules.current(basket, now), row["version"], row.get("due"))

    def _write(
        self,
        who: str,
        before: Kept,
        after: Basket,
        receipt: Callable[[Basket], Receipt | None],
        beside: Sequence[Change] = (),
    ) -> Basket:
        self._table.commit([*self._changes(who, before, after), *beside], receipt=receipt(after))
        return after

    def _changes(self, who: str, before: Kept, after: Basket) -> list[Change]:
        due = before.due or _due(who, before, after)
        kept_for = KEPT if _is_person(who) else GUESTS_KEPT
        row = _row(who, version=after.version, due=due, ttl=clock.epoch_s(after.changed_at + kept_for))
        change = put(row | {"doc": after.model_dump_json(exclude_defaults=True)}).when(version=before.version)
        guarded = change.otherwise(BasketChangedMeanwhile())
        return [guarded] if not due or due == before.due else [guarded, _due_row(who, due)]

    def _arriving(self, theirs: Basket, person: str, now: datetime) -> list[Change]:
        """Of somebody who has left Metco, nothing is kept any more."""
        row = self._table.get(owner_pk(person), "BASKET") if theirs.version else {"gone": ERASED}
        if row and row.get("gone"):
            return []
        mine = self._kept(person, row)
        return self._changes(person, mine, rules.merged(mine.basket, theirs, person, now))


@cache
def baskets() -> Baskets:
    return Baskets()


def _is_person(who: str) -> bool:
    return who.startswith("usr_")


def _row(who: str, **attributes: object) -> Item:
    return {"pk": owner_pk(who), "sk": "BASKET", **attributes}


def _due(who: str, before: Kept, after: Basket) -> str | None:
    """Whoever has no account cannot be reminded; and to have looked at a basket is not to have changed it."""
    looked = before.version is not None and after.changed_at == before.basket.changed_at
    if looked or not _is_person(who) or not after.to_buy:
        return None
    return clock.rfc3339(after.changed_at)


def _due_key(who: str, at: str) -> Key:
    return f"DUE#BASKET#{zlib.crc32(who.encode()) % BUCKETS}", f"{at}#{who}"


def _due_row(who: str, at: str) -> Change:
    pk, sk = _due_key(who, at)
    return put({"pk": pk, "sk": sk, "who": who})


def _abandoned(who: str, basket: Basket) -> events.BasketAbandoned:
    named = set(events.AbandonedLine.model_fields)
    return events.BasketAbandoned(
        basket_id=basket.basket_id,
        user_id=who,
        currency=basket.currency,
        changed_at=basket.changed_at,
        lines=[events.AbandonedLine(**line.model_dump(include=named)) for line in basket.to_buy],
    )
