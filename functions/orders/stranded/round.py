"""One round of the sweeper: everything that is due to be looked at, and a report of what was found."""

from collections.abc import Callable
from functools import partial

from functions.orders.model.sweeps import Finding, Sweep
from functions.orders.store.sweeps import sweeps
from functions.orders.store.watching import watching
from functions.orders.stranded import executions, health, leftovers
from functions.orders.turn import Turn, endless
from kernel import clock, ids, log


def sweep(turn: Turn | None = None) -> int:
    """How many were looked at. Safe at the same time as another one: everything it does may be done twice."""
    turn, started, found, looked = turn or endless(), clock.now(), list[Finding](), 0
    asked = sweeps().asked()
    looking = turn.half() if asked else turn
    for one in watching().due(started):
        if looking.over(clock.rfc3339(one.at)):
            break
        found += _looked(one.subject_id, one.order_id, partial(executions.look, one, clock.now()))
        looked += 1
    for order_id in asked:
        if turn.over(clock.rfc3339(started)):
            break
        found += _looked(order_id, None, partial(leftovers.look, order_id, clock.now()))
        sweeps().answered(order_id)
        looked += 1
    found += health.look(started)
    said = {"sweep_id": ids.new_id("swp"), "at": started, "looked": looked, "found": found, "left": turn.left}
    done = Sweep.model_validate(said)
    sweeps().report(done)
    for finding in found:
        log.count("strandings_total", what=finding.what, outcome=finding.outcome)
        if finding.outcome == "raised":
            log.count("strandings_raised_total")
        log.info("stranded", **finding.model_dump(mode="json"))
    return done.looked


def _looked(subject_id: str, order_id: str | None, look: Callable[[], Finding | None]) -> list[Finding]:
    """One that cannot be looked at holds up none of the others. It stays due, and is looked at again."""
    try:
        finding = look()
    except Exception as failure:
        log.exception("not looked at", subject_id=subject_id)
        done = type(failure).__name__
        told = {"what": "broken", "outcome": "raised", "subject_id": subject_id, "order_id": order_id, "done": done}
        finding = Finding.model_validate(told)
    return [finding] if finding else []
