"""Setting a store up and looking after it, by the people who run it."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.stores.api.app import admitted, api
from functions.stores.model.members import MyStore, MyStores
from functions.stores.model.names import StoreId
from functions.stores.model.stores import NewStore, Store, StoreChange
from functions.stores.rules import stores as rules
from functions.stores.store.stores import stores
from kernel import authz, clock, ids, log
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.post("/v1/stores", permit="open_store", status_code=201)
def open_store(request: NewStore) -> Store:
    """Open a store. Its slug is its address, and belongs to no other store."""
    me = require("open_store", owner=authz.principal().id)
    store = rules.new_store(ids.new_id("sto"), request, clock.now())
    stores().open(store, rules.founder(store, me.id), receipt(store, 201))
    log.count("stores_total")
    return store


@api.get("/v1/me/stores", permit="list_my_stores")
def list_my_stores(
    limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> MyStores:
    """The stores you work in, and what you may do there."""
    me = require("list_my_stores", owner=authz.principal().id)
    places, following = stores().stores_of(me.id, limit=limit, cursor=cursor)
    mine = [MyStore(store_id=one.store_id, role=one.role, permissions=one.permissions) for one in places]
    return MyStores(items=mine, cursor=following)


@api.get("/v1/stores/<store_id>", permit="read_store")
def read_store(store_id: Annotated[StoreId, Path()]) -> Store:
    """The whole store, for the people who work there and for operators."""
    return admitted("read_store", store_id)


@api.patch("/v1/stores/<store_id>", permit="edit_store")
def edit_store(store_id: Annotated[StoreId, Path()], change: StoreChange) -> Store:
    """Edit name, texts, country, currency: only what you send changes."""
    store = admitted("edit_store", store_id)
    edited = rules.edited(store, change)
    expecting = expected_version(store.version)
    return stores().edit(edited, expecting=expecting, sections=["profile"], receipt=receipt(edited))
