"""Does, every minute, what is due: asks what became of orders for which credits were set aside for too long, and
asks for the payouts that sellers want by themselves.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from functions.ledger.limits import limits_of
from functions.ledger.model.policies import PayoutPolicy, PolicyChanged
from functions.ledger.model.standing import AlreadyPosted, BalanceMoved, PostedOtherwise
from functions.ledger.model.withdrawals import MeansMoved, WithdrawalChanged, WithdrawalsNotOffered
from functions.ledger.rules import policies as paying
from functions.ledger.rules import withdrawals as rules
from functions.ledger.store.holds import holds
from functions.ledger.store.policies import policies
from functions.ledger.store.ways import ways
from functions.ledger.store.withdrawals import withdrawals
from kernel import clock, log
from kernel.money import Money

ROUNDS = 40  # of as many as are read at once: what is left then, the next minute takes
LONG = timedelta(seconds=20)  # of the function's thirty


def handler(_event: dict[str, Any], context: Any) -> None:
    meter, started, failed = log.Meter(), clock.now(), list[Exception]()
    with log.correlated():
        asked = in_rounds(started, holds().overdue, ask, failed)
        paid_out = in_rounds(started, policies().overdue, pay_out, failed)
        log.info("swept", asked=asked, paid_out=paid_out, **meter.read())
    if failed:
        raise ExceptionGroup("Some of what is due could not be done: the next minute tries again.", failed)


def in_rounds(
    started: datetime,
    overdue: Callable[[datetime], Iterator[str]],
    do: Callable[[str], bool],
    failed: list[Exception],
) -> int:
    """One that fails holds up none of the others."""
    done = 0
    for _ in range(ROUNDS):
        before = done
        for one in list(overdue(clock.now())):
            try:
                done += do(one)
            except Exception as failure:  # raised in the end, once all had their turn
                log.exception("not done", subject=one)
                failed.append(failure)
        if done == before or clock.now() - started > LONG:
            break  # what the index still shows is gone by the next minute
    return done


def ask(hold_id: str) -> bool:
    overdue = holds().ask(hold_id)
    if overdue:
        log.count("holds_overdue_total")
    return overdue


def pay_out(store_id: str) -> bool:
    """Currency by currency, then on to its next moment. Where something moved just now, the next minute tries again.

    What the store could not receive would come back the same day, so it is not asked for.
    """
    now, policy = clock.now(), policies().of_store(store_id)
    if not paying.due(policy, now):
        return False
    with suppress(MeansMoved, BalanceMoved, PolicyChanged):
        if policy.way in ways().of_store(store_id):
            for minimum in policy.minimums:
                ask_for(policy, minimum, now)
        else:
            log.info("not asked for: payments has no way there", store_id=store_id, way=policy.way)
        policies().move_on(policy, paying.moved_on(policy, now))
        return True
    return False


def ask_for(policy: PayoutPolicy, minimum: Money, now: datetime) -> None:
    """Once for this moment: what was asked for before a crash is there already, whatever the amount was."""
    withdrawal_id = paying.withdrawal_id(policy, minimum.currency)
    if not policy.set_by or withdrawals().find(policy.store_id, withdrawal_id):
        return
    with suppress(WithdrawalsNotOffered, AlreadyPosted, PostedOtherwise, WithdrawalChanged):
        limits = limits_of(minimum.currency)
        means = withdrawals().means(policy.store_id, minimum.currency, now)
        if amount := paying.to_ask_for(minimum, means, limits):
            asked = (policy.store_id, amount, policy.way, policy.set_by)
            made = rules.requested(withdrawal_id, *asked, means, limits, now)
            withdrawals().request(made.model_copy(update={"by_policy": True}), means, None)
            log.count("withdrawals_requested_total", state=made.state)
