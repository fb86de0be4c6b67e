"""One round of the sweeper: everything that is due to be looked at, and a report of what was found."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from functions.orders.model.sweeps import Finding, Sweep
from functions.orders.store.sweeps import sweeps
from functions.orders.store.watching import watching
from functions.orders.stranded import executions, health, leftovers
from kernel import clock, ids, log

ROUNDS = 20  # of as many as are read at once: what is left then, the next minute takes
LONG = timedelta(seconds=20)


def sweep(_context: Any = None) -> int:
    """How many were looked at. Safe at the same time as another one: everything it does may be done twice."""
    started, found, looked = clock.now(), list[Finding](), 0
    seen = set[str]()
    for _ in range(ROUNDS):
        due = [one for one in watching().due(clock.now()) if one.name not in seen]
        for one in due:
            found += _looked(one.subject_id, one.order_id, partial(executions.look, one, clock.now()))
        seen |= {one.name for one in due}
        if not due or clock.now() - started > LONG:
            break
    for order_id in sweeps().asked():
        found += _looked(order_id, None, partial(leftovers.look, order_id, clock.now()))
        sweeps().answered(order_id)
        looked += 1
    found += health.look(started)
    done = Sweep(sweep_id=ids.new_id("swp"), at=started, looked=looked + len(seen), found=found)
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
