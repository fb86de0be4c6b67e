"""Rounds over buyers' payments that nothing was heard of for long, and over money that Stripe has yet to set free."""

from typing import Any

from functions.payments import cash, taking
from functions.payments.store.cash import cash_left
from functions.payments.store.funds import funds
from functions.payments.store.payments import payments
from functions.payments.sweep.each import each
from kernel import clock


def round_of_payments(_context: Any) -> int:
    return each("payments", ((one,) for one in payments().overdue(clock.now())), taking.look)


def round_of_funds(_context: Any) -> int:
    return each("charges", ((one,) for one in funds().overdue(clock.now())), taking.look_at_charge)


def round_of_cash(_context: Any) -> int:
    return each("buyers", ((one,) for one in cash_left().overdue(clock.now())), cash.give_back)
