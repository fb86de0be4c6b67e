"""What is due of returns: no answer, nothing sent, nothing looked at."""

from functions.orders import returning
from functions.orders.store.returns import DueReturn, returns
from functions.orders.turn import Turn, endless
from kernel import clock, log


def round_of_returns(turn: Turn | None = None) -> int:
    """One that fails holds up none of the others."""
    turn, done, failed = turn or endless(), 0, dict[DueReturn, Exception]()
    for one in returns().overdue(clock.now()):
        if turn.over(one.since):
            break
        try:
            returning.when_due(one)
            done += 1
        except Exception as failure:  # raised in the end
            log.exception("not done", subject=one.return_id)
            failed[one] = failure
    if failed:
        raise ExceptionGroup("Some returns could not be seen to: the next minute tries again.", [*failed.values()])
    return done
