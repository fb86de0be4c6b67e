"""Every minute: asks Stripe about all that is overdue, so that a webhook which never came is missed by nobody."""

from collections.abc import Callable
from typing import Any

from functions.payments.stripe_api import in_time
from functions.payments.sweep import accounts, money_back, money_in
from kernel import log

# Each does a part and says how much of it was done; one that fails holds up none of the others.
ROUNDS: dict[str, Callable[[Any], int]] = {
    "payments": money_in.round_of_payments,
    "funds": money_in.round_of_funds,
    "cash": money_in.round_of_cash,
    "refunds": money_back.round_of_refunds,
    "payouts": money_back.round_of_payouts,
    "chargebacks": money_back.round_of_chargebacks,
    "disputes": money_back.round_of_disputes,
    "sellers": accounts.round_of_sellers,
    "setups": accounts.round_of_setups,
}


@in_time
def handler(_event: dict[str, Any], context: Any) -> None:
    meter, done = log.Meter(), {}
    failed: list[Exception] = []
    with log.correlated():
        for name, go_round in ROUNDS.items():
            try:
                done[name] = go_round(context)
            except Exception as failure:  # raised below, once the other rounds had their turn
                log.exception("round failed", round=name)
                failed.append(failure)
        log.info("swept", **done, **meter.read())
    if failed:
        raise ExceptionGroup("Some of the sweep's rounds failed.", failed)
