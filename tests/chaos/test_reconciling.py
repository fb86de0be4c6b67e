"""A day held against the books, cut off at every call: read once, told once, and the same found in the end."""

from collections import Counter
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from functions.payments import reconcile, stripe_api
from functions.payments.api import api
from functions.payments.model.reconciliation import JournalPosted, ReconciliationChanged
from functions.payments.reconcile import BooksDiffer
from functions.payments.reconciling import go_on, hear
from functions.payments.rules import reconciliation as rules
from functions.payments.store import reconciliation as kept
from functions.payments.store.reconciliation import reconciliation
from kernel import clock
from kernel.changes import decode
from local.stripe.client import PUBLISHABLE_KEY, SECRET_KEY
from local.stripe.objects import balance_transactions
from tests.builders import ledger as a
from tests.builders.http import Context
from tests.builders.ledger import usd
from tests.builders.stand_in import AtStripe, at_stripe
from tests.chaos import tales
from tests.chaos.tales import Stage

KEYS = {"secret_key": SECRET_KEY, "webhook_secret": "whsec_1", "connect_webhook_secret": "whsec_2"}


@pytest.fixture(autouse=True)
def set_up(monkeypatch) -> None:
    monkeypatch.setattr(stripe_api, "_place", lambda: {"publishable_key": PUBLISHABLE_KEY})
    monkeypatch.setattr(stripe_api, "_keys", lambda: KEYS)
    monkeypatch.setattr(kept, "RUNS", 2)


def yesterday() -> date:
    return (clock.now() - timedelta(days=1)).date()


def a_day_at_stripe() -> AtStripe:
    """A payout to the bank that nobody booked, a fee that nobody told of; and a payout that the books alone have."""
    at = at_stripe(clock.now() - timedelta(days=1), seed="reconciling")
    stripe_api.use(at.transport)
    for kind, minor in (("topup", 500_00), ("stripe_fee", -2_00)):
        at.core.act(balance_transactions.post, kind, minor, "usd", None)
    at.client.v1.payouts.create({"amount": 100_00, "currency": "usd"})
    return at


def journal(reference: str) -> JournalPosted:
    legs = [{"account": "bank", "amount": usd(5_00)}, {"account": "stripe:available", "amount": usd(-5_00)}]
    said = {"journal_id": a.an_id("jrn"), "kind": "funds_moved", "legs": legs, "references": [reference]}
    return JournalPosted.model_validate(said)


def until_reported(stage: Stage) -> None:
    a_day_at_stripe()
    day = yesterday()
    stage.until_done(partial(hear, journal("po_nobodys"), clock.now() - timedelta(days=1)))
    stage.until_done(partial(asked_for, day))
    while stage.until_done(partial(go_on, day)).state != "finished":
        pass


def asked_for(day: date) -> None:
    try:
        reconciliation().replace(None, rules.asked(None, day, clock.now()))
    except ReconciliationChanged:
        return  # it is asked for


def test_a_fault_at_any_call_leaves_nothing_else_behind():
    assert list(tales.differences(api, until_reported)) == []


@pytest.mark.parametrize("seed", range(20))
def test_many_runs_at_once_report_a_day_once(seed):
    def begins(stage: Stage) -> None:
        a_day_at_stripe()
        stage.until_done(partial(hear, journal("po_nobodys"), clock.now() - timedelta(days=1)))
        stage.until_done(partial(asked_for, yesterday()))

    def runs(stage: Stage) -> None:
        """As the schedule does: what differs is told, and raised."""
        for _ in range(3):
            stage.until_done(one_run)

    def one_run() -> None:
        try:
            reconcile.handler({}, Context())
        except BooksDiffer:
            return

    def check(stage: Stage, rows: Any) -> None:
        stage.processes.environment = stage.function.environment
        told = Counter(decode(row)["type"] for row in rows.values() if "envelope" in row)
        assert told["FeeCharged.v1"] == 1
        report = reconciliation().day(yesterday())
        kinds = (report.missing_here, report.missing_there, report.timing)
        assert (report.state, report.transactions) == ("finished", 3)
        assert kinds == (3, 1, 0)
        assert told["BooksReconciled.v1"] == 1

    tales.race(api, begins, [runs, runs, runs], seed, check)
