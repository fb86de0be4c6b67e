"""An order, as its buyer follows it: how it stands, what there is to pay, what happened, and a change of mind."""

from datetime import timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.orders import ordering
from functions.orders.api.app import Cursor, Limit, OrderPath, api
from functions.orders.model.checkouts import Claim
from functions.orders.model.orders import ClaimInvalid
from functions.orders.model.shown import History, OrderList, OrderShown
from functions.orders.rules import history, placing
from functions.orders.rules import orders as rules
from functions.orders.store.orders import orders
from functions.orders.store.people import people
from kernel import authz, clock
from kernel.authz import require
from kernel.http import receipt

WAIT_S = 20  # the gateway waits for thirty


@api.get("/v1/orders/<order_id>", permit="read_order")
def read_order(
    order_id: OrderPath,
    wait_s: Annotated[int, Query(ge=0, le=WAIT_S, description="Answer later, if nothing is new until then.")] = 0,
    version: Annotated[int, Query(ge=0, description="The one you have: with another, the answer comes at once.")] = 0,
) -> OrderShown:
    """A whole order: how it stands, what there is to pay and where, and of each store's part how far it is."""
    found = orders().whole(order_id)
    require("read_order", owner=found.order.owner_id)
    if wait_s and found.order.version == version:
        latest = orders().after(found.order, clock.now() + timedelta(seconds=wait_s))
        found = orders().whole(order_id) if latest.version != version else found
    return rules.shown(found)


@api.get("/v1/me/orders", permit="list_orders")
def list_orders(limit: Limit = 20, cursor: Cursor = None) -> OrderList:
    """All that you have ordered, the latest first."""
    me = require("list_orders", owner=authz.principal().id)
    items, more = orders().of_owner(me.id, limit=limit, cursor=cursor)
    return OrderList(items=items, cursor=more)


@api.get("/v1/orders/<order_id>/history", permit="read_order")
def read_history(order_id: OrderPath) -> History:
    """What happened to an order, from its first moment on."""
    require("read_order", owner=orders().order(order_id).owner_id)
    return history.told(orders().happened(order_id))


@api.post("/v1/orders/<order_id>/cancel", permit="cancel_order", status_code=202)
def cancel_order(order_id: OrderPath) -> OrderShown:
    """You do not want it any more, and have not paid. Should your money be on its way just now, the order may stand."""
    found = orders().whole(order_id)
    require("cancel_order", owner=found.order.owner_id)
    after = rules.asked_to_cancel(found.order, clock.now())
    if not after:
        return rules.shown(found)
    shown = rules.shown(found.model_copy(update={"order": after}))
    orders().replace(found.order, after, [rules.told_wish(after)], receipt=receipt(shown, 202))
    return shown


@api.post("/v1/orders/<order_id>/claim", permit="claim_order", status_code=204)
def claim_order(order_id: OrderPath, claim: Claim) -> None:
    """Take what you ordered without an account into yours, by the secret that came with it."""
    me = require("claim_order", owner=authz.principal().id)
    if not placing.claims(order_id, ordering.claims_key(), claim.secret):
        raise ClaimInvalid()
    people().claim(order_id, me.id, receipt(None, 204))
