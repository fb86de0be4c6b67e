"""Products that were thought of, made into cards by the index; without one, the answer says so instead of failing."""

from collections.abc import Sequence
from datetime import datetime

from functions.search.index.chosen import index
from functions.search.index.port import IndexAway
from functions.search.model.discovery import Recommended, Viewed, ViewedList
from functions.search.model.found import Hit
from functions.search.rules import hits as rules
from functions.search.rules.visits import View
from kernel import log


def similar(product_id: str, language: str, currency: str, limit: int) -> Recommended:
    try:
        found = index().similar(product_id, language, limit)
    except IndexAway as away:
        return _without(away)
    return Recommended(items=rules.shown(found, currency))


def recommended(
    product_ids: Sequence[str], language: str, currency: str, limit: int, category: str = ""
) -> Recommended:
    """Those that can be bought now, in their order."""
    try:
        found = index().cards(product_ids, language) if product_ids else ()
    except IndexAway as away:
        return _without(away)
    return Recommended(items=rules.shown(rules.buyable(found, category)[:limit], currency))


def viewed(views: Sequence[View], language: str, currency: str) -> ViewedList:
    try:
        found: Sequence[Hit] = index().cards([product for product, _ in views], language) if views else ()
        degraded = False
    except IndexAway as away:
        found, degraded = (), _without(away).degraded
    offers = {one.product_id: one for one in rules.shown(found, currency)}
    items = [
        Viewed(product_id=product, viewed_at=datetime.fromisoformat(at), offer=offers.get(product))
        for product, at in views
    ]
    return ViewedList(items=items, degraded=degraded)


def _without(away: IndexAway) -> Recommended:
    log.warning("the index is away", reason=str(away))
    log.count("recommendations_degraded_total")
    return Recommended(items=[], degraded=True)
