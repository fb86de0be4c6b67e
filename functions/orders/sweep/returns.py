"""What is due of returns: no answer, nothing sent, nothing looked at."""

from typing import Any

from functions.orders import returning
from functions.orders.store.returns import DueReturn, returns
from kernel import clock, log


def round_of_returns(_: Any) -> int:
    """One that fails holds up none of the others."""
    done, failed = 0, dict[DueReturn, Exception]()
    for one in list(returns().overdue(clock.now())):
        try:
            returning.when_due(one)
            done += 1
        except Exception as failure:  # raised in the end
            log.exception("not done", subject=one.return_id)
            failed[one] = failure
    if failed:
        raise ExceptionGroup("Some returns could not be seen to: the next minute tries again.", [*failed.values()])
    return done
