"""Limits, held like stock: what an order takes of each promotion it uses, and when that ends."""

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from functions.baskets.model.promotions import Promotion
from functions.baskets.model.redemptions import (
    NoPromotionReserved,
    PromotionNotForBuyer,
    PromotionOver,
    PromotionsReleased,
    PromotionsReservedOtherwise,
    PromotionsUsed,
    PromotionUsedUp,
    Redemption,
    ReservationState,
    ReservePromotions,
    Taking,
    UseAsked,
)

FEW = 1_000
SHARDS = 8  # of what may be used more often than that: orders of a rush do not queue up for one item


def shards_of(promotion: Promotion) -> int:
    """How many items hold what all have left; none where there is no limit. It never changes, as the limit does not."""
    total = promotion.limits.total
    return 0 if total is None else 1 if total < FEW else SHARDS


def opening(promotion: Promotion) -> list[int]:
    """What lies in each shard at the beginning."""
    count, total = shards_of(promotion), promotion.limits.total or 0
    return [total // count + (place < total % count) for place in range(count)]


def own_shard(promotion: Promotion, order_id: str) -> int:
    return zlib.crc32(order_id.encode()) % shards_of(promotion)


def person(buyer_id: str) -> str | None:
    """Guests have no uses of their own: they are somebody else tomorrow."""
    return buyer_id if buyer_id.startswith("usr_") else None


def check(promotion: Promotion | None, use: UseAsked, buyer_id: str, now: datetime) -> Promotion:
    """That it runs at this moment and is for this buyer. How often is decided by what is taken."""
    if not promotion or not promotion.runs_at(now):
        raise PromotionOver(use.promotion_id)
    user_id = person(buyer_id)
    if promotion.for_known_people and not user_id:
        raise PromotionNotForBuyer(use.promotion_id)
    if promotion.customer_ids and user_id not in promotion.customer_ids:
        raise PromotionNotForBuyer(use.promotion_id)
    return promotion


def taking(promotion: Promotion, use: UseAsked, order_id: str, left: Mapping[int, int] | None) -> Taking:
    """From the order's own shard; once that had too little, from wherever `left` says that there is some."""
    uses = use.uses if promotion.limits.counted == "pieces" else 1
    shards = dict[int, int]()
    if shards_of(promotion):
        own, wanted = own_shard(promotion, order_id), uses
        if left is None:
            shards[own] = uses
        else:
            for shard in sorted(left, key=lambda one: (one != own, -left[one], one)):
                if took := min(left[shard], wanted):
                    shards[shard] = took
                    wanted -= took
            if wanted:
                raise PromotionUsedUp(use.promotion_id)
    return Taking(
        promotion_id=use.promotion_id,
        uses=uses,
        shards=shards,
        personal=promotion.limits.per_person is not None,
        first_order=promotion.first_order,
    )


def merged(uses: Sequence[UseAsked]) -> list[UseAsked]:
    """In one order, whatever order they are named in; a promotion that is named twice is used as often."""
    sums: dict[str, int] = {}
    for use in uses:
        sums[use.promotion_id] = sums.get(use.promotion_id, 0) + use.uses
    return [UseAsked(promotion_id=promotion_id, uses=sums[promotion_id]) for promotion_id in sorted(sums)]


def check_same(kept: Redemption, asked: ReservePromotions) -> None:
    """Asked again, the answer is the same; asked for something else, or too late, it is a refusal."""
    if kept.state in ("released", "returned"):
        raise PromotionsReleased()
    if kept.buyer_id != asked.buyer_id or {one.promotion_id for one in kept.takings} != {
        one.promotion_id for one in asked.uses
    }:
        raise PromotionsReservedOtherwise()


def ended(kept: Redemption | None, order_id: str, how: ReservationState) -> Redemption | None:
    """In its end state; None, if it ended like that already. Released before it was ever made, it never will be."""
    if not kept:
        if how == "committed":
            raise NoPromotionReserved()
        return Redemption(order_id=order_id, buyer_id="", state="released", takings=[])
    if kept.state in (how, "returned"):
        return None  # what is returned was used, and is free: nothing that comes late changes that
    if kept.state == "committed":
        raise PromotionsUsed()
    if kept.state == "released":
        raise PromotionsReleased()
    return kept.model_copy(update={"state": how, "version": kept.version + 1})


def given_back(kept: Redemption) -> Redemption | None:
    """Of an order that was paid and came to nothing, before or after its uses were committed. None: they are free."""
    if kept.state in ("released", "returned"):
        return None
    return kept.model_copy(update={"state": "returned", "version": kept.version + 1})
