"""What the sweeper of strandings did: a report of each of its runs."""

from functions.orders.api.app import Cursor, Limit, api
from functions.orders.model.sweeps import SweepList
from functions.orders.store.sweeps import sweeps
from kernel.authz import require


@api.get("/v1/sweeps", permit="manage_orders")
def list_sweeps(limit: Limit = 20, cursor: Cursor = None) -> SweepList:
    """The latest first, one a minute for a month: what was found, and whether it was resolved or waits for a person."""
    require("manage_orders")
    items, more = sweeps().page(limit=limit, cursor=cursor)
    return SweepList(items=items, cursor=more)
