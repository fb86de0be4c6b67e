"""Promotions in their table.

PROMOTION#<id>            -        the promotion, and what was told of it
LEFT#<id>#<n>             -        shard n of how often it can still be used, where that is limited
CODE#<code>               -        a copy for whoever says the code
SHELF#<store, platform>   -        copies of all that need no code, of one owner: a basket reads one item a store
DUE#PROMOTION#<bucket>    <time>#<id>   one that begins or ends then

by_store: <store> or "platform", <id> of each promotion.
"""

import zlib
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from functions.baskets import events
from functions.baskets.model.promotions import (
    CodeTaken,
    NoSuchPromotion,
    Promotion,
    PromotionChanged,
    Promotions,
)
from functions.baskets.rules.promotions import keeping as rules
from functions.baskets.rules.promotions import redemptions
from kernel import clock
from kernel.events import Event
from kernel.table import Change, Item, Receipt, Table, delete, put

Key = tuple[str, str]
AT_ONCE = 100  # the most that one call reads
BUCKETS = 4
SWEPT_AT_ONCE = 50
TOLD = {"scheduled": "nothing", "running": "started", "ended": "ended"}

_shelf = TypeAdapter(list[Promotion])


class PromotionStore:
    def __init__(self) -> None:
        self._table = Table()

    def promotion(self, promotion_id: str, owner: str) -> Promotion:
        row = self._table.get(*key_of(promotion_id))
        if not row or row["by_storepk"] != owner:
            raise NoSuchPromotion()
        return read_promotion(row)

    def left(self, promotion: Promotion) -> int | None:
        """How often it can still be used; None, if without end."""
        keys = left_keys(promotion)
        return sum(row["left"] for row in self._table.get_many(keys).values()) if keys else None

    def listed(self, owner: str, *, limit: int, cursor: str | None) -> Promotions:
        page = self._table.query(owner, index="by_store", limit=limit, cursor=cursor, newest_first=True)
        shown = [rules.shown(read_promotion(row), clock.now()) for row in page.items]
        return Promotions(items=shown, cursor=page.cursor)

    def offered(self, store_ids: Collection[str], codes: Collection[str]) -> list[Promotion]:
        """All that could reduce a basket of these stores for whoever says these codes: one call for a hundred."""
        keys = offer_keys(store_ids, codes)
        rows: dict[Key, Item] = {}
        for start in range(0, len(keys), AT_ONCE):
            rows |= self._table.get_many(keys[start : start + AT_ONCE])
        return read_offered(list(rows.values()))

    def make(self, made: Promotion, operator_id: str | None, receipt: Receipt | None) -> None:
        now = clock.now()
        told = TOLD[rules.state(made, now)]
        self._table.commit(
            [
                put(_row(made, told)).absent(),
                *(put({"pk": pk, "sk": sk, "left": left}) for (pk, sk), left in _opening(made)),
                *self._copies(made, now, new=True),
                *_due_changes(None, _due_key(made, told)),
            ],
            [*_telling(made, "nothing", told), *_acted(made, operator_id, "make_promotion")],
            receipt,
        )

    def end(self, before: Promotion, after: Promotion, operator_id: str | None, receipt: Receipt | None) -> None:
        row = self._table.get(*key_of(before.promotion_id))
        self._step(row or {}, before, after, _acted(after, operator_id, "end_promotion"), receipt)

    def due(self, now: datetime) -> Iterator[tuple[str, Key]]:
        for bucket in range(BUCKETS):
            pk = _due_pk(bucket)
            for row in self._table.query(pk, before=clock.rfc3339(now), limit=SWEPT_AT_ONCE).items:
                yield row["promotion_id"], (pk, row["sk"])

    def settle(self, promotion_id: str, due: Key) -> bool:
        """Tell that it begins or ends, if that is so and was not told yet."""
        row = self._table.get(*key_of(promotion_id))
        before = read_promotion(row) if row else None
        if not row or not before or row["told"] == TOLD[rules.state(before, clock.now())]:
            self._table.commit([delete(*due)])
            return False
        after = before.model_copy(update={"version": before.version + 1})
        self._step(row, before, after, [], None)
        return True

    def close(self, store_id: str) -> None:
        """A store that closes takes its words along. What is left of limits is nobody's word, and stays."""
        for row in list(self._table.every(store_id, index="by_store")):
            promotion, told, now = read_promotion(row), row["told"], clock.now()
            over = promotion.model_copy(update={"ends_at": now, "version": promotion.version + 1})
            gone = delete(*key_of(promotion.promotion_id)).when(version=promotion.version, told=told)
            copy = [delete(*_code_key(promotion.code))] if promotion.code and told != "ended" else []
            self._table.commit([gone.otherwise(PromotionChanged()), *copy], _telling(over, told, "ended"))
        self._table.commit([delete(*_shelf_key(store_id))])

    def _step(
        self, row: Item, before: Promotion, after: Promotion, acted: Sequence[Event], receipt: Receipt | None
    ) -> None:
        now, told = clock.now(), str(row.get("told", ""))
        told_now = TOLD[rules.state(after, now)]
        self._table.commit(
            [
                put(_row(after, told_now)).when(version=before.version, told=told).otherwise(PromotionChanged()),
                *self._copies(after, now, new=False),
                *_due_changes(_due_key(before, told), _due_key(after, told_now)),
            ],
            [*_telling(after, told, told_now), *acted],
            receipt,
        )

    def _copies(self, promotion: Promotion, now: datetime, *, new: bool) -> list[Change]:
        """Where buyers' baskets find it; no more once it is over, so that its code can be used for another one."""
        over = rules.state(promotion, now) == "ended"
        if promotion.code:
            if over and not new:
                return [delete(*_code_key(promotion.code))]
            pk, sk = _code_key(promotion.code)
            change = put({"pk": pk, "sk": sk, "promotion_id": promotion.promotion_id, "doc": _text([promotion])})
            guarded = change.absent() if new else change.when(promotion_id=promotion.promotion_id)
            return [guarded.otherwise(CodeTaken() if new else PromotionChanged())]
        pk, sk = _shelf_key(rules.owner_of(promotion))
        kept = self._table.get(pk, sk)
        shelf = rules.shelved(_shelf.validate_json(kept["doc"]) if kept else [], promotion, now)
        version = kept["version"] if kept else 0
        change = put({"pk": pk, "sk": sk, "doc": _text(shelf), "version": version + 1})
        guarded = change.when(version=version) if version else change.absent()
        return [guarded.otherwise(PromotionChanged())]


@cache
def promotions() -> PromotionStore:
    return PromotionStore()


def key_of(promotion_id: str) -> Key:
    return f"PROMOTION#{promotion_id}", "-"


def left_keys(promotion: Promotion) -> list[Key]:
    return [(f"LEFT#{promotion.promotion_id}#{shard}", "-") for shard in range(redemptions.shards_of(promotion))]


def offer_keys(store_ids: Collection[str], codes: Collection[str]) -> list[Key]:
    """For whoever reads other rows with them: `read_offered` knows the rows."""
    owners = [rules.PLATFORM, *sorted(set(store_ids))]
    return [*map(_shelf_key, owners), *(_code_key(code) for code in sorted(set(codes)))]


def read_offered(rows: Sequence[Item]) -> list[Promotion]:
    return [promotion for row in rows for promotion in _shelf.validate_json(row["doc"])]


def read_promotion(row: Item) -> Promotion:
    return Promotion.model_validate_json(row["doc"])


def _row(promotion: Promotion, told: str) -> Item:
    pk, sk = key_of(promotion.promotion_id)
    found = {"by_storepk": rules.owner_of(promotion), "by_storesk": promotion.promotion_id}
    return {"pk": pk, "sk": sk, "doc": promotion.model_dump_json(), "version": promotion.version, "told": told, **found}


def _text(promotions: list[Promotion]) -> str:
    return _shelf.dump_json(promotions).decode()


def _opening(promotion: Promotion) -> list[tuple[Key, int]]:
    return list(zip(left_keys(promotion), redemptions.opening(promotion), strict=True))


def _code_key(code: str) -> Key:
    return f"CODE#{code}", "-"


def _shelf_key(owner: str) -> Key:
    return f"SHELF#{owner}", "-"


def _due_pk(bucket: int) -> str:
    return f"DUE#PROMOTION#{bucket}"


def _due_key(promotion: Promotion, told: str) -> Key | None:
    """When there will be something to tell of it."""
    at = {"nothing": promotion.starts_at, "started": promotion.ends_at}.get(told)
    bucket = zlib.crc32(promotion.promotion_id.encode()) % BUCKETS
    return (_due_pk(bucket), f"{clock.rfc3339(at)}#{promotion.promotion_id}") if at else None


def _due_changes(before: Key | None, after: Key | None) -> list[Change]:
    if before == after:
        return []
    gone = [delete(*before)] if before else []
    return [*gone, put({"pk": after[0], "sk": after[1], "promotion_id": after[1].partition("#")[2]})] if after else gone


def _telling(promotion: Promotion, before: str, now: str) -> list[Event]:
    """One that never ran does not end either."""
    named = {name: getattr(promotion, name) for name in ("promotion_id", "store_id", "borne_by", "ends_at")}
    if before == "nothing" and now == "started":
        data = events.PromotionStarted(**named, starts_at=promotion.starts_at, with_code=promotion.code is not None)
        return [Event(data, promotion.promotion_id, promotion.version)]
    if before == "started" and now == "ended":
        return [Event(events.PromotionEnded(**named), promotion.promotion_id, promotion.version)]
    return []


def _acted(promotion: Promotion, operator_id: str | None, action: str) -> list[Event]:
    if not operator_id:
        return []
    data = events.OperatorActed(operator_id=operator_id, action=action, subject=promotion.promotion_id)
    return [Event(data, promotion.promotion_id, promotion.version)]
