"""What there is of a store's variants, how they are sold, and what bundles consist of."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.inventory.api.app import Cursor, Limit, StorePath, VariantPath, api
from functions.inventory.model.items import Parts, SettingsChange, Stock, StockList, StockSettings
from functions.inventory.model.names import ItemId, Level
from functions.inventory.rules import items as rules
from functions.inventory.store.stocks import stocks
from functions.inventory.store.views import views
from kernel.authz import require
from kernel.http import expected_version, receipt


@api.get("/v1/stores/<store_id>/stock", permit="read_stock")
def list_stock(
    store_id: StorePath,
    level: Annotated[Level | None, Query(description="Only what is low, or out.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> StockList:
    """The store's variants and what was last told of their stock, a moment ago."""
    require("read_stock", store=store_id)
    return views().stock_of(store_id, level=level, limit=limit, cursor=cursor)


@api.get("/v1/stores/<store_id>/stock/<variant_id>", permit="read_stock")
def read_stock(store_id: StorePath, variant_id: VariantPath) -> Stock:
    """What there is of a variant at this moment, location by location."""
    require("read_stock", store=store_id)
    return views().stock(ItemId(store_id, variant_id))


@api.get("/v1/stores/<store_id>/stock/<variant_id>/settings", permit="read_stock")
def read_stock_settings(store_id: StorePath, variant_id: VariantPath) -> StockSettings:
    """How a variant is sold: counted or not, when it is low, whether beyond what there is."""
    require("read_stock", store=store_id)
    return rules.settings(stocks().item(ItemId(store_id, variant_id)))


@api.put("/v1/stores/<store_id>/stock/<variant_id>/settings", permit="edit_stock")
def set_stock_settings(store_id: StorePath, variant_id: VariantPath, change: SettingsChange) -> StockSettings:
    """Say how a variant is sold. A limit for backorders cannot fall below what is promised already."""
    require("edit_stock", store=store_id)
    before = stocks().item(ItemId(store_id, variant_id))
    expected_version(before.version)
    answer = rules.settings(rules.edited(before, change))
    stocks().settle(before, change, receipt(answer))
    return answer


@api.put("/v1/stores/<store_id>/stock/<variant_id>/parts", permit="edit_stock")
def set_bundle_parts(store_id: StorePath, variant_id: VariantPath, parts: Parts) -> StockSettings:
    """Make a variant a bundle of others of this store: ordering it takes its parts. No parts: it is no bundle."""
    require("edit_stock", store=store_id)
    before = stocks().item(ItemId(store_id, variant_id))
    expected_version(before.version)
    answer = rules.settings(rules.with_parts(before, parts.items))
    stocks().bundle(before, parts.items, receipt(answer))
    return answer
