"""What orders use of promotions: taken in one transaction, given back in one, and never more than there is.

USES#<order>       -                 what an order takes, and how that ended
PERSON#<user>      PROMOTION#<id>    how often this person can still use one that is limited for each
PERSON#<user>      FIRST             the order that was the person's first, or is about to be
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import cache

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.redemptions import (
    PromotionNotForBuyer,
    PromotionUsedUp,
    Redemption,
    ReservationState,
    ReservePromotions,
    Taking,
    TooManyAtOnce,
    UsedMeanwhile,
)
from functions.baskets.model.reductions import Buyer
from functions.baskets.rules.promotions import redemptions as rules
from functions.baskets.store.promotions import AT_ONCE, Key, key_of, left_keys, read_promotion
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.table import MAX_CHANGES, Change, Item, Table, delete, put, update

TRIES = 25  # each lost to somebody who got something: among so many, the workflow comes again
Rows = Mapping[Key, Item]


class Redemptions:
    def __init__(self) -> None:
        self._table = Table()

    def reserve(self, asked: ReservePromotions) -> Redemption:
        """All uses or none, once for an order. Who loses a shard to a rival looks where there is something left."""
        uses = rules.merged(asked.uses)
        left: Rows | None = None
        for _ in range(TRIES):
            rows = self._read(_asked_keys(asked))
            if kept := _kept(rows.get(_order_key(asked.order_id))):
                rules.check_same(kept, asked)
                return kept
            found = [rows.get(key_of(use.promotion_id)) for use in uses]
            running = [
                rules.check(read_promotion(row) if row else None, use, asked.buyer_id, clock.now())
                for row, use in zip(found, uses, strict=True)
            ]
            try:
                takings = [
                    rules.taking(promotion, use, asked.order_id, None if left is None else _shards(promotion, left))
                    for promotion, use in zip(running, uses, strict=True)
                ]
            except PromotionUsedUp:
                looked = self._left(running)
                if looked == left:
                    raise  # what was read twice unchanged was so at one moment: nothing was on its way between shards
                left = looked
                continue
            made = Redemption(order_id=asked.order_id, buyer_id=asked.buyer_id, state="reserved", takings=takings)
            personal = _personal_changes(made, running, rows)
            with suppress(UsedMeanwhile):
                self._commit([_change(made).absent().otherwise(UsedMeanwhile()), *_shared(made, -1), *personal])
                return made
            left = self._left(running)
        raise Unavailable("Too many want the same promotion at this moment. Try again.")

    def end(self, order_id: str, how: ReservationState) -> Redemption:
        """Commit or release, each once, and neither after the other."""
        return self._ended(order_id, lambda kept: rules.ended(kept, order_id, how))

    def give_back(self, order_id: str) -> bool:
        """It was paid, and came to nothing before any of it was sent. False: it never used any."""
        if not self._table.get(*_order_key(order_id)):
            return False
        self._ended(order_id, lambda kept: rules.given_back(kept) if kept else None)
        return True

    def final(self, order_id: str, *, paid: bool) -> bool:
        """Orders says what became of it. False: it has let go by itself, or never held anything."""
        kept = _kept(self._table.get(*_order_key(order_id)))
        if not kept or kept.state != "reserved":
            return False
        self.end(order_id, "committed" if paid else "released")
        return True

    def buyer(self, promotions: Sequence[Promotion], user_id: str | None, codes: Collection[str] = ()) -> Buyer:
        """What the engine has to know of a buyer: how often each limited promotion is left, and whether it is a first
        order. No call where nothing of that matters."""
        keys = [key for one in promotions for key in left_keys(one)]
        if user_id:
            keys += [_person_key(user_id, one.promotion_id) for one in promotions if one.limits.per_person]
            keys += [_first_key(user_id)] if any(one.first_order for one in promotions) else []
        rows = self._read(keys)
        left: dict[str, int] = {}
        for one in promotions:
            bounds = [sum(_shards(one, rows).values())] if one.limits.total else []
            if user_id and one.limits.per_person:
                mine = rows.get(_person_key(user_id, one.promotion_id))
                bounds.append(mine["left"] if mine else one.limits.per_person)
            if bounds:
                left[one.promotion_id] = min(bounds)
        first = bool(user_id) and _first_key(user_id or "") not in rows
        return Buyer(user_id=user_id, first_order=first, codes=codes, left=left)

    def ordered(self, user_id: str, order_id: str) -> None:
        """Whatever order is paid first: from now on, no other one is."""
        with suppress(Conflict):
            self._table.commit([_first_row(user_id, order_id).absent()])
            if (
                (kept := _kept(self._table.get(*_order_key(order_id))))
                and kept.state == "returned"
                and kept.first_order
            ):
                self._table.commit([delete(*_first_key(user_id)).when(order_id=order_id)])  # it was over before

    def forget(self, user_id: str) -> None:
        self._table.empty(f"PERSON#{user_id}")

    def _ended(self, order_id: str, decide: Callable[[Redemption | None], Redemption | None]) -> Redemption:
        for _ in range(TRIES):
            kept = _kept(self._table.get(*_order_key(order_id)))
            after = decide(kept)
            if kept and not after:
                return kept
            if after:
                guarded = _change(after).when(version=kept.version) if kept else _change(after).absent()
                free = self._given_back(kept) if kept and after.state in ("released", "returned") else []
                with suppress(UsedMeanwhile):
                    self._commit([guarded.otherwise(UsedMeanwhile()), *free])
                    return after
        raise Unavailable("These promotions are being changed again and again. Try again.")

    def _read(self, keys: Sequence[Key]) -> dict[Key, Item]:
        rows: dict[Key, Item] = {}
        for start in range(0, len(keys), AT_ONCE):
            rows |= self._table.get_many(keys[start : start + AT_ONCE])
        return rows

    def _left(self, promotions: Sequence[Promotion]) -> Rows:
        return self._read([key for one in promotions for key in left_keys(one)])

    def _given_back(self, kept: Redemption) -> list[Change]:
        """What is the person's only where it is still there: whoever was erased has nothing any more."""
        mine = [_person_key(kept.buyer_id, one.promotion_id) for one in kept.takings if one.personal]
        rows = self._read([*mine, *([_first_key(kept.buyer_id)] if kept.first_order else [])])
        back = [
            update(*key).exists().add(left=one.uses).otherwise(UsedMeanwhile())
            for one in kept.takings
            if one.personal and (key := _person_key(kept.buyer_id, one.promotion_id)) in rows
        ]
        first = rows.get(_first_key(kept.buyer_id), {})
        if first.get("order_id") == kept.order_id:
            gone = delete(*_first_key(kept.buyer_id)).when(order_id=kept.order_id)
            back.append(gone.otherwise(UsedMeanwhile()))
        return [*_shared(kept, 1), *back]

    def _commit(self, changes: Sequence[Change]) -> None:
        if len(changes) > MAX_CHANGES:
            raise TooManyAtOnce()
        self._table.commit(changes)


@cache
def redemptions() -> Redemptions:
    return Redemptions()


def _asked_keys(asked: ReservePromotions) -> list[Key]:
    named = sorted({use.promotion_id for use in asked.uses})
    keys = [_order_key(asked.order_id), *map(key_of, named)]
    if user_id := rules.person(asked.buyer_id):
        keys += [_first_key(user_id), *(_person_key(user_id, promotion_id) for promotion_id in named)]
    return keys


def _shards(promotion: Promotion, rows: Rows) -> dict[int, int]:
    found = {shard: rows.get(key) for shard, key in enumerate(left_keys(promotion))}
    return {shard: row["left"] for shard, row in found.items() if row}


def _shared(redemption: Redemption, sign: int) -> list[Change]:
    """What is taken must be there; what comes back, must come to a shard that is there."""
    changes = []
    for one in redemption.takings:
        for shard, uses in one.shards.items():
            change = update(f"LEFT#{one.promotion_id}#{shard}", "-").exists().add(left=sign * uses)
            changes.append((change.at_least(left=uses) if sign < 0 else change).otherwise(UsedMeanwhile()))
    return changes


def _personal_changes(made: Redemption, running: Sequence[Promotion], rows: Rows) -> list[Change]:
    changes = [
        _mine(made.buyer_id, one, promotion.limits.per_person or 0, rows)
        for one, promotion in zip(made.takings, running, strict=True)
        if one.personal
    ]
    if made.first_order:
        if _first_key(made.buyer_id) in rows:
            raise PromotionNotForBuyer(next(one.promotion_id for one in made.takings if one.first_order))
        changes.append(_first_row(made.buyer_id, made.order_id).absent().otherwise(UsedMeanwhile()))
    return changes


def _mine(user_id: str, one: Taking, limit: int, rows: Rows) -> Change:
    pk, sk = _person_key(user_id, one.promotion_id)
    row = rows.get((pk, sk))
    if (row["left"] if row else limit) < one.uses:
        raise PromotionUsedUp(one.promotion_id)
    if row:
        change = update(pk, sk).add(left=-one.uses).at_least(left=one.uses)
    else:
        change = put({"pk": pk, "sk": sk, "left": limit - one.uses}).absent()
    return change.otherwise(UsedMeanwhile())


def _kept(row: Item | None) -> Redemption | None:
    return Redemption.model_validate_json(row["doc"]) if row else None


def _change(redemption: Redemption) -> Change:
    pk, sk = _order_key(redemption.order_id)
    return put({"pk": pk, "sk": sk, "doc": redemption.model_dump_json(), "version": redemption.version})


def _order_key(order_id: str) -> Key:
    return f"USES#{order_id}", "-"


def _person_key(user_id: str, promotion_id: str) -> Key:
    return f"PERSON#{user_id}", f"PROMOTION#{promotion_id}"


def _first_key(user_id: str) -> Key:
    return f"PERSON#{user_id}", "FIRST"


def _first_row(user_id: str, order_id: str) -> Change:
    pk, sk = _first_key(user_id)
    return put({"pk": pk, "sk": sk, "order_id": order_id})
