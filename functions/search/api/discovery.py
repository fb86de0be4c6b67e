"""What people are shown without asking for it: similar things, what others bought, what trends, what they saw last."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.search import events, recommending
from functions.search.api.app import api
from functions.search.model.discovery import Purchases, PurchasesTaken, Recommended, ViewedList
from functions.search.model.names import CategoryId, CurrencyCode, Locale, ProductId
from functions.search.rules.purchases import check_dates
from functions.search.store.purchases import purchases
from functions.search.store.trends import trends
from functions.search.store.visits import visits
from kernel import authz, clock, ids
from kernel.authz import PUBLIC, require
from kernel.events import Event
from kernel.http import receipt

# Prices and stock are in it: as long as a store's page is kept, and no longer.
FRESH = "public, max-age=30"
Limit = Annotated[int, Query(ge=1, le=40)]
Language = Annotated[Locale, Query()]
Currency = Annotated[CurrencyCode, Query()]


@api.get("/v1/search/similar/<product_id>", permit=PUBLIC)
def list_similar(
    product_id: Annotated[ProductId, Path()], language: Language = "en", currency: Currency = "EUR", limit: Limit = 10
) -> Response[Recommended]:
    """Products like this one, the likest first."""
    return _kept_a_while(recommending.similar(product_id, language, currency, limit))


@api.get("/v1/search/also-bought/<product_id>", permit=PUBLIC)
def list_also_bought(
    product_id: Annotated[ProductId, Path()], language: Language = "en", currency: Currency = "EUR", limit: Limit = 10
) -> Response[Recommended]:
    """What those who bought this bought with it, the likest first; nothing, if nobody bought it yet."""
    companions = purchases().companions(product_id)
    return _kept_a_while(recommending.recommended(companions, language, currency, limit))


@api.get("/v1/search/trending", permit=PUBLIC)
def list_trending(
    category: Annotated[CategoryId | None, Query()] = None,
    language: Language = "en",
    currency: Currency = "EUR",
    limit: Limit = 20,
) -> Response[Recommended]:
    """What is looked at and bought just now; what was a day ago counts half."""
    products = trends().products()
    return _kept_a_while(recommending.recommended(products, language, currency, limit, category or ""))


@api.get("/v1/me/recently-viewed", permit="read_recently_viewed")
def list_recently_viewed(language: Language = "en", currency: Currency = "EUR") -> ViewedList:
    """The last fifty products you looked at, if you agreed to be remembered with it; the newest first."""
    me = require("read_recently_viewed", owner=authz.principal().id)
    return recommending.viewed(visits().of(me.id), language, currency)


@api.delete("/v1/me/recently-viewed", permit="clear_recently_viewed", status_code=204)
def clear_recently_viewed() -> None:
    """Forget what you looked at until now."""
    me = require("clear_recently_viewed", owner=authz.principal().id)
    visits().clear(me.id, clock.now(), receipt(None, 204))


@api.post("/v1/search/purchases", permit="bring_purchases")
def bring_purchases(request: Purchases) -> PurchasesTaken:
    """Bring the orders of a former system, a hundred at a time: what was bought together is learned from them, once."""
    operator, now = require("bring_purchases"), clock.now()
    check_dates(request.orders, now)
    acted = events.OperatorActed(operator_id=operator.id, action="bring_purchases", subject="purchases")
    new = purchases().learn(request.orders, now, [Event(acted, ids.new_id("act"), 1)])
    told = PurchasesTaken(taken=new, repeated=len(request.orders) - new)
    purchases().answered(receipt(told))
    return told


def _kept_a_while(answer: Recommended) -> Response[Recommended]:
    fresh = "no-store" if answer.degraded else FRESH
    return Response(200, content_type="application/json", body=answer, headers={"Cache-Control": fresh})
