"""Licence keys: a store brings them, each sale takes some, and only their buyer ever reads them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.catalog.api.app import api
from functions.catalog.model.downloads import GrantId
from functions.catalog.model.keys import GrantKeys, KeysAdded, KeyStock, NewKeys
from functions.catalog.model.names import OfferId, ProductId, StoreId
from functions.catalog.model.offers import NoSuchOffer, Offer
from functions.catalog.rules import downloads as rules
from functions.catalog.rules.files import check_digital
from functions.catalog.store.downloads import downloads
from functions.catalog.store.goods import goods
from functions.catalog.store.keys import keys
from kernel import authz, clock
from kernel.authz import require
from kernel.http import receipt

KEYS = "/v1/stores/<store_id>/products/<product_id>/offers/<offer_id>/keys"


@api.post(KEYS, permit="edit_products", status_code=201)
def add_keys(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
    request: NewKeys,
) -> KeysAdded:
    """Sell licence keys with a digital offer. From the first one on each piece that is sold takes one of them."""
    require("edit_products", store=store_id)
    offer = _ours(store_id, product_id, offer_id)
    check_digital(offer)
    sent = list(dict.fromkeys(request.keys))
    new = keys().unknown(offer_id, sent)
    answer = KeysAdded(added=len(new), known=len(sent) - len(new))
    keys().add(offer, new, receipt(answer, 201))
    return answer


@api.get(KEYS, permit="read_products")
def read_key_stock(
    store_id: Annotated[StoreId, Path()],
    product_id: Annotated[ProductId, Path()],
    offer_id: Annotated[OfferId, Path()],
) -> KeyStock:
    """How many keys an offer has left, and how many were given."""
    require("read_products", store=store_id)
    return keys().stock(_ours(store_id, product_id, offer_id).offer_id) or KeyStock(free=0, given=0)


@api.post("/v1/me/downloads/<grant_id>/keys", permit="read_downloads")
def read_my_keys(grant_id: Annotated[GrantId, Path()]) -> GrantKeys:
    """The licence keys that you bought. As often as you like; once you have seen them, they cannot be given back."""
    me, now = require("read_downloads", owner=authz.principal().id), clock.now()
    grant, bought = downloads().with_keys(me.id, grant_id)
    rules.check_keys(grant, now)
    answer = GrantKeys(keys=bought)
    downloads().show_keys(grant, receipt(answer))
    return answer


def _ours(store_id: str, product_id: str, offer_id: str) -> Offer:
    _, offer = goods().offer(product_id, offer_id)
    if offer.store_id != store_id:
        raise NoSuchOffer()
    return offer
