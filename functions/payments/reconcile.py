"""Every few minutes: takes a step with each day that is to be held against the books, and asks for those missed.

What differs is kept and told first; then the function fails, which is what raises the alarm.
"""

from typing import Any

from functions.payments import reconciling
from functions.payments.model.reconciliation import Reconciliation, ReconciliationChanged
from functions.payments.store.reconciliation import reconciliation
from functions.payments.stripe_api import in_time
from kernel import log


class BooksDiffer(Exception):
    """Stripe has something else than the books: docs/runbooks/reconciliation.md says what to do."""


@in_time
def handler(_event: dict[str, Any], context: Any) -> None:
    meter, done, failed = log.Meter(), list[Reconciliation](), list[Exception]()
    with log.correlated():
        reconciling.ask_for_missed_days()
        for day in reconciliation().to_do():
            try:
                done.append(reconciling.go_on(day))
            except ReconciliationChanged:
                continue  # another run is at it
            except Exception as failure:  # raised below, once the other days had their turn
                log.exception("day not reconciled", day=day.isoformat())
                failed.append(failure)
        log.info("reconciled", days=len(done), **meter.read())
        if failed:
            raise ExceptionGroup("Some days could not be held against the books: the next run goes on.", failed)
        differing = [one for one in done if one.state == "finished" and one.wrong]
        if differing:
            log.count("reconciliations_differing_total")
            raise BooksDiffer(", ".join(one.day.isoformat() for one in differing))
