"""A seller's money: what there is of it, and the statement of any period, to look at and as a sheet."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from functions.ledger.api.app import Cursor, Limit, StorePath, api
from functions.ledger.model.statements import Statement, StatementSheet, StoreBalance
from functions.ledger.rules import sheets
from functions.ledger.rules import statements as rules
from functions.ledger.store.statements import statements
from kernel.authz import require

Since = Annotated[AwareDatetime | None, Query(description="The first moment of the period.")]
Until = Annotated[AwareDatetime | None, Query(description="The first moment after it.")]


@api.get("/v1/stores/<store_id>/balance", permit="read_funds")
def read_store_balance(store_id: StorePath) -> StoreBalance:
    """The store's money in each currency: not safe yet, to be withdrawn, on its way, owed. As of a moment ago."""
    require("read_funds", store=store_id)
    return rules.store_shown(statements().totals(rules.store(store_id)))


@api.get("/v1/stores/<store_id>/statement", permit="read_funds")
def read_store_statement(
    store_id: StorePath, since: Since = None, until: Until = None, limit: Limit = 20, cursor: Cursor = None
) -> Statement:
    """What came and went in a period, the newest first, each line with what there was after it."""
    require("read_funds", store=store_id)
    rules.check_period(since, until)
    rows, further = statements().lines(rules.store(store_id), limit=limit, cursor=cursor, begins=since, ends=until)
    return Statement(items=[rules.store_line(row) for row in rows], cursor=further)


@api.get("/v1/stores/<store_id>/statement/sheet", permit="read_funds")
def read_store_statement_sheet(
    store_id: StorePath,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 1000,
    cursor: Cursor = None,
) -> StatementSheet:
    """The statement as CSV, in pages that are put one behind the other: only the first has a head."""
    require("read_funds", store=store_id)
    rules.check_period(since, until)
    rows, further = statements().lines(rules.store(store_id), limit=limit, cursor=cursor, begins=since, ends=until)
    return StatementSheet(csv=sheets.sheet(map(rules.store_line, rows), headed=not cursor), cursor=further)
