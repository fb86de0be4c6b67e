"""What is due of stores' parts: nobody sent it, nobody said that it came, its window is over, or its money is old."""

from collections.abc import Callable, Mapping

from functions.orders import fulfilling, refunding, settling
from functions.orders.model.fulfilment import What
from functions.orders.rules.due import next_due
from functions.orders.store.orders import orders
from functions.orders.store.parts import DuePart, parts
from functions.orders.turn import Turn, endless
from kernel import clock, log

ROUNDS = 40  # one thing may make another one due; what is left then, the next minute takes

ACTS: Mapping[What, Callable[[str, str], object]] = {
    "ship_by": refunding.not_sent,
    "ask_delivery": fulfilling.ask,
    "auto_receive": fulfilling.receive_in_time,
    "settle": settling.begin,
    "watch": settling.watch,
    "decide": fulfilling.leave_to_person,
}


def round_of_parts(turn: Turn | None = None) -> int:
    """The oldest first. One that fails holds up none of the others, and is told of when all had their turn."""
    turn, done, failed = turn or endless(), 0, dict[str, Exception]()
    for _round in range(ROUNDS):
        before, cut = done, False
        for one in parts().overdue(clock.now()):
            if one.seller_order_id in failed:
                continue
            if cut := turn.over(one.since):
                break
            try:
                done += do(one)
            except Exception as failure:  # raised in the end
                log.exception("not done", subject=one.seller_order_id)
                failed[one.seller_order_id] = failure
        if cut or done == before:
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
    ACTS[due.what](one.order_id, one.seller_order_id)
    log.count("parts_due_total", what=due.what)
    return True
