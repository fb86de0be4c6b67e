"""Executions that should have ended: what was not begun is begun, what failed is redriven, lost news told again."""

from collections.abc import Callable
from datetime import datetime, timedelta

from functions.orders import deciding, waking, workflow
from functions.orders.model.parked import parked_id_of
from functions.orders.model.sweeps import Finding, Watched
from functions.orders.store.orders import orders
from functions.orders.store.parked import parked
from functions.orders.store.waiting import waiting
from functions.orders.store.watching import watching
from functions.orders.stranded import final
from functions.orders.stranded.again import found, raised

TRIES = 3  # to set one going again, before a person is asked
LOOK_AGAIN = timedelta(minutes=10)
SELDOM = timedelta(hours=1)  # what waits for people or banks is looked at less often
OLD = timedelta(hours=1)
ENDLESS = timedelta(days=30)  # a bank, a fortnight of it, and an operator's holiday


def look(one: Watched, now: datetime) -> Finding | None:
    """None: it is as it should be."""
    match workflow.status(one.kind, one.execution):
        case None:
            return _begun(one, now, one.run)
        case "SUCCEEDED":
            return _ended(one)
        case "RUNNING" | "PENDING_REDRIVE":
            return _running(one, now)
        case how:
            return _failed(one, str(how).lower(), now)


def _begun(one: Watched, now: datetime, run: int) -> Finding:
    after = one.model_copy(update={"run": run, "tries": one.tries + 1, "at": now + LOOK_AGAIN})
    workflow.begin(one.kind, after.execution, one.given)
    watching().again(one, after)
    return found(one, "not_begun", "begun")


def _failed(one: Watched, how: str, now: datetime) -> Finding:
    """What went before is done: it goes on where it failed, or, where AWS does not let it, from its beginning."""
    if one.tries >= TRIES:
        return raised(one, "failing", how)
    if workflow.redrive(one.kind, one.execution):
        watching().again(one, one.model_copy(update={"tries": one.tries + 1, "at": now + LOOK_AGAIN}))
        return found(one, "failed", "redriven")
    final.tell(one.order_id)  # a checkout that is over is not walked again, so whoever still holds something hears it
    _begun(one, now, one.run + 1)
    return found(one, "failed", "begun_anew")


def _running(one: Watched, now: datetime) -> Finding | None:
    """It may wait for a bank, for a person, or for news that was lost on its way."""
    waits = parked().find(parked_id_of(one.kind, one.name))
    if not waits and now - one.since > ENDLESS:
        return raised(one, "endless", "running")
    later = LOOK_AGAIN if now - one.since < OLD else SELDOM
    watching().again(one, one.model_copy(update={"at": now + later}))
    if waits and deciding.carry_out(waits.parked_id):
        return found(one, "decision_not_told", "told")
    if one.kind == "checkout" and waking.payment_news(one.order_id):
        return found(one, "token_not_told", "told")
    return None


def _ended(one: Watched) -> Finding | None:
    if finding := WITHOUT_EFFECT.get(one.kind, _never)(one):
        return finding
    watching().ended(one)
    return None


def _checkout(one: Watched) -> Finding | None:
    """It ends when the order is paid or cancelled, and what was paid is not cancelled but by giving it back."""
    order = orders().find(one.order_id)
    if not order:
        return None
    if order.state == "pending":
        return raised(one, "ended_without_effect", "succeeded")
    if order.confirmed_at:
        return None  # what was confirmed and then cancelled, by whomever, is given back as refunds, part by part
    _, waits = waiting().look(one.order_id)
    if order.state == "cancelled" and order.reason in UNPAID and waits.result == "succeeded":
        return raised(one, "paid_but_cancelled", "succeeded")
    return None


def _never(_: Watched) -> None:
    """Nothing is known that it should have done."""


# Nobody had paid when it ended so.
UNPAID = ("by_buyer", "expired", "payment_failed", "failed")
WITHOUT_EFFECT: dict[str, Callable[[Watched], Finding | None]] = {"checkout": _checkout}
