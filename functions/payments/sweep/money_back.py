"""Rounds over what is on its way back to buyers and out to sellers."""

from typing import Any

from functions.payments import paying_out, refunding
from functions.payments.store.payouts import payouts
from functions.payments.store.refunds import refunds
from functions.payments.sweep.each import each
from kernel import clock


def round_of_refunds(_context: Any) -> int:
    return each("refunds", refunds().overdue(clock.now()), refunding.look)


def round_of_payouts(_context: Any) -> int:
    return each("payouts", payouts().overdue(clock.now()), paying_out.look)
