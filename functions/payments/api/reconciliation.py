"""Stripe held against the books, for finance: each day, what differs, and what somebody accepted as it is."""

from datetime import date
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query

from functions.payments.api.app import Cursor, Limit, api
from functions.payments.model.names import DifferenceId
from functions.payments.model.reconciliation import (
    Difference,
    DifferenceAcceptance,
    Differences,
    NewReconciliation,
    Reconciliation,
    Reconciliations,
)
from functions.payments.rules import reconciliation as rules
from functions.payments.store.reconciliation import reconciliation
from kernel import clock
from kernel.authz import require
from kernel.http import receipt

DifferencePath = Annotated[DifferenceId, Path()]


@api.get("/v1/reconciliations", permit="reconcile_books")
def list_reconciliations(
    day: Annotated[date | None, Query(description="Only this one.")] = None, limit: Limit = 20, cursor: Cursor = None
) -> Reconciliations:
    """Day by day, the newest first: how many transactions Stripe had, and how many things differed."""
    require("reconcile_books")
    if day:
        found = reconciliation().find(day)
        return Reconciliations(items=[found] if found else [])
    return reconciliation().newest(limit=limit, cursor=cursor)


@api.post("/v1/reconciliations", permit="reconcile_books", status_code=202)
def ask_for_reconciliation(request: NewReconciliation) -> Reconciliation:
    """Have a day held against the books now, or once more. It takes some minutes."""
    require("reconcile_books")
    before = reconciliation().find(request.day)
    after = rules.asked(before, request.day, clock.now())
    reconciliation().replace(before, after, receipt=receipt(after, 202))
    return after


@api.get("/v1/reconciliation-differences", permit="reconcile_books")
def list_differences(limit: Limit = 20, cursor: Cursor = None) -> Differences:
    """All that differs by now, of whatever day, and what is to be done. What is in order again is gone."""
    require("reconcile_books")
    return reconciliation().listed(limit=limit, cursor=cursor)


@api.post("/v1/reconciliation-differences/<difference_id>/accept", permit="reconcile_books")
def accept_difference(difference_id: DifferencePath, request: DifferenceAcceptance) -> Difference:
    """Say that it is as it should be: it raises no alarm any more, unless its amounts change."""
    me = require("reconcile_books")
    before = reconciliation().difference(difference_id)
    after = rules.accepted(before, request, me.id)
    reconciliation().accept(before, after, me.id, receipt(after))
    return after
