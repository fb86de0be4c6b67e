"""What can be done to promotions: they are made and ended, and what they say is never changed."""

from collections.abc import Sequence
from datetime import datetime

from functions.baskets.model.promotions import (
    BuyGet,
    NewPromotion,
    PlatformsAlone,
    PromotedGoods,
    Promotion,
    PromotionEndsBeforeItBegins,
    PromotionInThePast,
    PromotionIsOver,
    PromotionShown,
    State,
    TooManyPromotions,
)

PLATFORM = "platform"
OPEN = 20  # without a code, of one owner: every basket with something of theirs reads them all


def owner_of(promotion: Promotion) -> str:
    return promotion.store_id or PLATFORM


def made(asked: NewPromotion, promotion_id: str, store_id: str | None, now: datetime) -> Promotion:
    """A store's, or without one the platform's, which then bears it."""
    starts_at = asked.starts_at or now
    if starts_at < now:
        raise PromotionInThePast()
    if asked.ends_at and asked.ends_at <= starts_at:
        raise PromotionEndsBeforeItBegins()
    if store_id and (asked.campaign_id or any(goods.store_ids for goods in _goods_of(asked))):
        raise PlatformsAlone()
    named = {"promotion_id": promotion_id, "store_id": store_id, "borne_by": "store" if store_id else "platform"}
    return Promotion(**asked.model_dump() | named | {"starts_at": starts_at})


def ended(promotion: Promotion, at: datetime | None, now: datetime) -> Promotion:
    """Sooner than it would have. One that has not begun by then ends before it begins: it never runs."""
    ends_at = at or now
    if ends_at < now:
        raise PromotionInThePast()
    if promotion.ends_at and promotion.ends_at <= now:
        raise PromotionIsOver()
    return promotion.model_copy(update={"ends_at": ends_at, "version": promotion.version + 1})


def state(promotion: Promotion, now: datetime) -> State:
    if promotion.ends_at and promotion.ends_at <= now:
        return "ended"
    return "running" if promotion.starts_at <= now else "scheduled"


def shown(promotion: Promotion, now: datetime, left: int | None = None) -> PromotionShown:
    return PromotionShown(**promotion.model_dump(), state=state(promotion, now), left=left)


def shelved(shelf: Sequence[Promotion], promotion: Promotion, now: datetime) -> list[Promotion]:
    """With this one, as it is now, among all of its owner that need no code; what is over makes room."""
    others = [one for one in shelf if one.promotion_id != promotion.promotion_id and state(one, now) != "ended"]
    if state(promotion, now) == "ended":
        return others
    if len(others) >= OPEN:
        raise TooManyPromotions()
    return [*others, promotion]


def _goods_of(asked: NewPromotion) -> list[PromotedGoods]:
    rewards = asked.benefit.rewards if isinstance(asked.benefit, BuyGet) else None
    return [asked.goods, rewards] if rewards else [asked.goods]
