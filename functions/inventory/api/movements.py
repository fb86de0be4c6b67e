"""What comes, goes and moves, written down by sellers and shown to them."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.inventory.api.app import Cursor, Limit, StorePath, VariantPath, api
from functions.inventory.model.movements import Movements, NewMovement
from functions.inventory.model.names import ItemId, LocationId, MovementKind
from functions.inventory.rules import movements as rules
from functions.inventory.store.stocks import stocks
from kernel import clock, ids, log
from kernel.authz import require
from kernel.http import receipt


@api.post("/v1/stores/<store_id>/stock/<variant_id>/movements", permit="edit_stock", status_code=201)
def move_stock(store_id: StorePath, variant_id: VariantPath, request: NewMovement) -> Movements:
    """Goods were received, counted anew, moved to another location, or came back. What is promised cannot go."""
    me = require("edit_stock", store=store_id)
    item = ItemId(store_id, variant_id)
    written = rules.written(item, request, movement_id=ids.new_id("mov"), by=me.id, now=clock.now())
    answer = Movements(items=written)
    stocks().move(item, written, receipt(answer, 201))
    log.count("stock_movements_total", kind=request.kind)
    return answer


@api.get("/v1/stores/<store_id>/stock/<variant_id>/movements", permit="read_stock")
def list_movements(
    store_id: StorePath,
    variant_id: VariantPath,
    kind: Annotated[MovementKind | None, Query()] = None,
    location_id: Annotated[LocationId | None, Query()] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Movements:
    """The newest first. Filtered, a page can have fewer than asked for, and still be followed by another."""
    require("read_stock", store=store_id)
    item = stocks().item(ItemId(store_id, variant_id))
    return stocks().movements(item, kind=kind, location_id=location_id, limit=limit, cursor=cursor)
