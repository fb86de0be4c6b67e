"""Asking for a product of the global database; and what moderators make of it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.catalog import events
from functions.catalog.api.app import api
from functions.catalog.model.items import NewProduct
from functions.catalog.model.names import StoreId
from functions.catalog.model.products import Product
from functions.catalog.model.requests import (
    Approval,
    KeptRequest,
    ProductRequest,
    Rejection,
    RequestId,
    RequestList,
    RequestQueue,
    Wanted,
)
from functions.catalog.rules import items
from functions.catalog.rules import requests as rules
from functions.catalog.store.categories import categories
from functions.catalog.store.goods import goods
from functions.catalog.store.requests import requests
from kernel import authz, clock, ids
from kernel.authz import Principal, require
from kernel.http import receipt

Limit = Annotated[int, Query(ge=1, le=50)]
Cursor = Annotated[str | None, Query(max_length=1000)]


@api.post("/v1/me/product-requests", permit="request_product", status_code=201)
def request_product(request: Wanted) -> ProductRequest:
    """Describe a product that the catalogue lacks. A moderator looks at it."""
    me = require("request_product", owner=authz.principal().id)
    return _submitted(me, None, request)


@api.get("/v1/me/product-requests", permit="request_product")
def list_my_product_requests(limit: Limit = 20, cursor: Cursor = None) -> RequestList:
    """The products you have asked for, newest first."""
    me = require("request_product", owner=authz.principal().id)
    found, following = requests().requests_of_person(me.id, limit=limit, cursor=cursor)
    return RequestList(items=[rules.view(one) for one in found], cursor=following)


@api.post("/v1/stores/<store_id>/product-requests", permit="request_product", status_code=201)
def request_product_for_store(store_id: Annotated[StoreId, Path()], request: Wanted) -> ProductRequest:
    """Describe a product that the catalogue lacks and the store wants to offer. All who edit its products see it."""
    return _submitted(require("request_product", store=store_id), store_id, request)


@api.get("/v1/stores/<store_id>/product-requests", permit="request_product")
def list_store_product_requests(
    store_id: Annotated[StoreId, Path()], limit: Limit = 20, cursor: Cursor = None
) -> RequestList:
    """The products that the store has asked for, newest first."""
    require("request_product", store=store_id)
    found, following = requests().requests_of_store(store_id, limit=limit, cursor=cursor)
    return RequestList(items=[rules.view(one) for one in found], cursor=following)


@api.get("/v1/product-requests/<request_id>", permit="read_product_request")
def read_product_request(request_id: Annotated[RequestId, Path()]) -> ProductRequest:
    """How a request stands, and what a moderator said of it."""
    return rules.view(_requested("read_product_request", request_id))


@api.put("/v1/product-requests/<request_id>", permit="request_product")
def resubmit_product_request(request_id: Annotated[RequestId, Path()], request: Wanted) -> ProductRequest:
    """Mend a request that was rejected or withdrawn, or that nobody has looked at yet, and send it in again."""
    before = _requested("request_product", request_id)
    _check(request.product)
    return _kept(before, rules.wanted_again(before, request, clock.now()))


@api.post("/v1/product-requests/<request_id>/withdraw", permit="request_product")
def withdraw_product_request(request_id: Annotated[RequestId, Path()]) -> ProductRequest:
    """Take a request back."""
    before = _requested("request_product", request_id)
    return _kept(before, rules.withdrawn(before))


# Moderators


@api.get("/v1/product-requests", permit="review_products")
def list_product_requests(limit: Limit = 20, cursor: Cursor = None) -> RequestQueue:
    """The requests that wait for a decision, longest first, and who looks at each."""
    require("review_products")
    waiting, following = requests().requests_waiting(limit=limit, cursor=cursor)
    return RequestQueue(items=waiting, cursor=following)


@api.post("/v1/product-requests/<request_id>/claim", permit="review_products")
def claim_product_request(request_id: Annotated[RequestId, Path()]) -> ProductRequest:
    """Take a request to look at. For a day nobody else can decide about it."""
    operator, before = _judged(request_id)
    after = rules.claimed(before, operator.id, clock.now())
    return _kept(before, after, _acted("claim_product_request", operator, request_id, "Took the request to look at"))


@api.post("/v1/product-requests/<request_id>/approve", permit="review_products")
def approve_product_request(request_id: Annotated[RequestId, Path()], approval: Approval) -> ProductRequest:
    """Make the product that was asked for, as described or as you have put it right. Every store may offer it then."""
    operator, before = _judged(request_id)
    after = rules.approved(before, operator.id, ids.derived_id("prd", request_id), approval.reason)
    made = _check(approval.product or before.product, after.product_id or "")
    acted = _acted("approve_product_request", operator, request_id, approval.reason)
    answer = rules.view(after)
    requests().approve(before, after, made, acted, receipt(answer))
    return answer


@api.post("/v1/product-requests/<request_id>/reject", permit="review_products")
def reject_product_request(request_id: Annotated[RequestId, Path()], rejection: Rejection) -> ProductRequest:
    """Say why the product is not made, and which one is there already. Whoever asked may mend the request."""
    operator, before = _judged(request_id)
    if rejection.product_id:
        goods().product(rejection.product_id)
    after = rules.rejected(before, operator.id, rejection.product_id, rejection.reason)
    return _kept(before, after, _acted("reject_product_request", operator, request_id, rejection.reason))


def _submitted(me: Principal, store_id: str | None, request: Wanted) -> ProductRequest:
    _check(request.product)
    kept = rules.wanted(ids.new_id("req"), me.id, store_id, request, clock.now())
    answer = rules.view(kept)
    requests().submit(kept, receipt(answer, 201))
    return answer


def _check(described: NewProduct, product_id: str = "") -> Product:
    """As strictly as when it is made: whoever describes it learns at once what the category asks."""
    shelf = items.Shelf(categories().tree(described.category_id), {})
    return items.new_product(shelf, product_id or ids.new_id("prd"), described, clock.now())


def _requested(action: str, request_id: str) -> KeptRequest:
    """A store's request belongs to all who edit its products, a person's to the person."""
    kept = requests().request(request_id)
    if kept.store_id:
        require(action, store=kept.store_id)
    else:
        require(action, owner=kept.requester_id)
    return kept


def _judged(request_id: str) -> tuple[Principal, KeptRequest]:
    operator = require("review_products")
    kept = requests().request(request_id)
    rules.check_distance(kept, operator.id, operator.stores)
    return operator, kept


def _kept(before: KeptRequest, after: KeptRequest, *told: events.OperatorActed) -> ProductRequest:
    answer = rules.view(after)
    requests().stands_as(before, after, told, receipt(answer))
    return answer


def _acted(action: str, operator: Principal, request_id: str, reason: str) -> events.OperatorActed:
    return events.OperatorActed(operator_id=operator.id, action=action, subject=request_id, reason=reason)
