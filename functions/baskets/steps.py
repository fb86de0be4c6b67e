"""Baskets' part in a checkout: an order's promotions are held, then used up or given back."""

from functions.baskets.model.redemptions import (
    Done,
    NotRedeemable,
    Redemption,
    RefusedPromotion,
    ReservePromotions,
    UsesOf,
)
from functions.baskets.store.redemptions import redemptions
from kernel import log
from kernel.tasks import Outcome, Tasks

tasks = Tasks("baskets")
handler = tasks.handler


@tasks.task("reserve_promotions", ReservePromotions)
def reserve_promotions(asked: ReservePromotions) -> Outcome:
    try:
        made = redemptions().reserve(asked)
    except NotRedeemable as refusal:
        log.count("promotions_refused_total")
        return RefusedPromotion(code=refusal.code, detail=refusal.detail, promotion_id=refusal.promotion_id)
    return _done(made)


@tasks.task("commit_promotions", UsesOf)
def commit_promotions(asked: UsesOf) -> Outcome:
    return _done(redemptions().end(asked.order_id, "committed"))


@tasks.task("release_promotions", UsesOf)
def release_promotions(asked: UsesOf) -> Outcome:
    return _done(redemptions().end(asked.order_id, "released"))


def _done(kept: Redemption) -> Done:
    return Done(outcome=kept.state, order_id=kept.order_id)
