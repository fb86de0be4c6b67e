"""Rounds over what is on its way back to buyers and out to sellers."""

from typing import Any

from functions.payments import disputing, paying_out, refunding
from functions.payments.store.chargebacks import chargebacks
from functions.payments.store.payouts import payouts
from functions.payments.store.refunds import refunds
from functions.payments.sweep.each import each
from kernel import clock


def round_of_refunds(_context: Any) -> int:
    return each("refunds", refunds().overdue(clock.now()), refunding.look)


def round_of_payouts(_context: Any) -> int:
    return each("payouts", payouts().overdue(clock.now()), paying_out.look)


def round_of_chargebacks(_context: Any) -> int:
    return each("chargebacks", chargebacks().overdue(clock.now()), disputing.look)


def round_of_disputes(_context: Any) -> int:
    """Those that no webhook told of."""
    return disputing.look_for_others()
