"""What is due of stores' parts: nobody sent it, nobody said that it came, its window is over, or its money is old."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from functions.orders import fulfilling, refunding, settling
from functions.orders.model.fulfilment import What
from functions.orders.rules.due import next_due
from functions.orders.store.orders import orders
from functions.orders.store.parts import DuePart, parts
from kernel import clock, log

ROUNDS = 40  # of as many as are read at once: what is left then, the next minute takes
LONG = timedelta(seconds=20)  # of the sweep's time for all its rounds

ACTS: Mapping[What, Callable[[str, str], object]] = {
    "ship_by": refunding.not_sent,
    "ask_delivery": fulfilling.ask,
    "auto_receive": fulfilling.receive_in_time,
    "settle": settling.begin,
    "watch": settling.watch,
    "decide": fulfilling.leave_to_person,
}


def round_of_parts(_: Any) -> int:
    """One that fails holds up none of the others, and is told of when all had their turn."""
    done, started, failed = 0, clock.now(), dict[DuePart, Exception]()
    for _round in range(ROUNDS):
        before = done
        for one in list(parts().overdue(clock.now())):
            if one in failed:
                continue
            try:
                done += do(one)
            except Exception as failure:  # raised in the end
                log.exception("not done", subject=one.seller_order_id)
                failed[one] = failure
        if done == before or clock.now() - started > LONG:
            break  # what the index still shows is gone by the next minute
    if failed:
        raise ExceptionGroup("Some of what is due could not be done: the next minute tries again.", [*failed.values()])
    return done


def do(one: DuePart) -> bool:
    """What is due of it by now, if anything is."""
    part = orders().whole(one.order_id).part(one.seller_order_id)
    due = next_due(part)
    if not due or due.at > clock.now():
        return False
    ACTS[due.what](*one)
    log.count("parts_due_total", what=due.what)
    return True
