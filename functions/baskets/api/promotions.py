"""Promotions as sellers and the platform's finance keep them: made, looked at, ended."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.baskets.api.app import Cursor, Limit, StorePath, api
from functions.baskets.model.promotions import NewPromotion, PromotionEnd, PromotionId, Promotions, PromotionShown
from functions.baskets.rules.promotions import keeping as rules
from functions.baskets.store.promotions import promotions
from kernel import clock, ids
from kernel.authz import require
from kernel.http import receipt

PromotionPath = Annotated[PromotionId, Path()]


@api.get("/v1/stores/<store_id>/promotions", permit="manage_promotions")
def list_store_promotions(store_id: StorePath, limit: Limit = 20, cursor: Cursor = None) -> Promotions:
    """The store's promotions, those that are over and those to come as well, the newest first."""
    require("manage_promotions", store=store_id)
    return promotions().listed(store_id, limit=limit, cursor=cursor)


@api.post("/v1/stores/<store_id>/promotions", permit="manage_promotions", status_code=201)
def make_store_promotion(store_id: StorePath, request: NewPromotion) -> PromotionShown:
    """Give something off the store's own goods or its shipping, at the store's cost. It can be ended, not changed."""
    require("manage_promotions", store=store_id)
    now = clock.now()
    made = rules.made(request, ids.new_id("prm"), store_id, now)
    answer = rules.shown(made, now, made.limits.total)
    promotions().make(made, None, receipt(answer, 201))
    return answer


@api.get("/v1/stores/<store_id>/promotions/<promotion_id>", permit="manage_promotions")
def read_store_promotion(store_id: StorePath, promotion_id: PromotionPath) -> PromotionShown:
    """One promotion of the store, and how often it can still be used."""
    require("manage_promotions", store=store_id)
    found = promotions().promotion(promotion_id, store_id)
    return rules.shown(found, clock.now(), promotions().left(found))


@api.post("/v1/stores/<store_id>/promotions/<promotion_id>/end", permit="manage_promotions")
def end_store_promotion(store_id: StorePath, promotion_id: PromotionPath, request: PromotionEnd) -> PromotionShown:
    """End a promotion, now or at a later moment. Orders that are just being paid for keep what they reserved."""
    require("manage_promotions", store=store_id)
    now, before = clock.now(), promotions().promotion(promotion_id, store_id)
    after = rules.ended(before, request.ends_at, now)
    answer = rules.shown(after, now, promotions().left(before))
    promotions().end(before, after, None, receipt(answer))
    return answer


@api.get("/v1/promotions", permit="manage_platform_promotions")
def list_promotions(limit: Limit = 20, cursor: Cursor = None) -> Promotions:
    """The platform's promotions, those that are over and those to come as well, the newest first."""
    require("manage_platform_promotions")
    return promotions().listed(rules.PLATFORM, limit=limit, cursor=cursor)


@api.post("/v1/promotions", permit="manage_platform_promotions", status_code=201)
def make_promotion(request: NewPromotion) -> PromotionShown:
    """Give something off anybody's goods or shipping, at the platform's cost. It can be ended, not changed."""
    me = require("manage_platform_promotions")
    now = clock.now()
    made = rules.made(request, ids.new_id("prm"), None, now)
    answer = rules.shown(made, now, made.limits.total)
    promotions().make(made, me.id, receipt(answer, 201))
    return answer


@api.get("/v1/promotions/<promotion_id>", permit="manage_platform_promotions")
def read_promotion(promotion_id: PromotionPath) -> PromotionShown:
    """One promotion of the platform, and how often it can still be used."""
    require("manage_platform_promotions")
    found = promotions().promotion(promotion_id, rules.PLATFORM)
    return rules.shown(found, clock.now(), promotions().left(found))


@api.post("/v1/promotions/<promotion_id>/end", permit="manage_platform_promotions")
def end_promotion(promotion_id: PromotionPath, request: PromotionEnd) -> PromotionShown:
    """End a promotion, now or at a later moment. Orders that are just being paid for keep what they reserved."""
    me = require("manage_platform_promotions")
    now, before = clock.now(), promotions().promotion(promotion_id, rules.PLATFORM)
    after = rules.ended(before, request.ends_at, now)
    answer = rules.shown(after, now, promotions().left(before))
    promotions().end(before, after, me.id, receipt(answer))
    return answer
