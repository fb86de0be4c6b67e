"""What cannot go on by itself, of any workflow: operators see why, and decide."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.orders.api.app import Cursor, Limit, api
from functions.orders.model.parked import DecisionRequest, Parked, ParkedId, ParkedList
from functions.orders.store.parked import parked
from kernel.authz import require
from kernel.http import receipt

ParkedPath = Annotated[ParkedId, Path(examples=["prk_01k6m2q8vx4c7e9r1t3y5w7zab"])]


@api.get("/v1/parked", permit="manage_orders")
def list_parked(limit: Limit = 20, cursor: Cursor = None) -> ParkedList:
    """Everything that waits for a person, what waits for longest first: checkouts, refunds, returns, settlements."""
    require("manage_orders")
    items, more = parked().page(limit=limit, cursor=cursor)
    return ParkedList(items=items, cursor=more)


@api.post("/v1/parked/<parked_id>/decision", permit="manage_orders")
def decide_parked(parked_id: ParkedPath, asked: DecisionRequest) -> Parked:
    """Try again what failed, take it as done, or give all the money back: `choices` says what is possible here."""
    me = require("manage_orders")
    return parked().decide(parked_id, asked.decision, me.id, receipt)
