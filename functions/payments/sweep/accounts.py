"""Rounds over sellers' accounts that nothing was heard of for long, and over cards on their way to being saved."""

from typing import Any

from functions.payments import customers as buyers
from functions.payments import sellers as accounts
from functions.payments.store.customers import customers
from functions.payments.store.sellers import sellers
from functions.payments.sweep.each import each
from kernel import clock


def round_of_sellers(_context: Any) -> int:
    return each("sellers", ((one,) for one in sellers().overdue(clock.now())), accounts.look_again)


def round_of_setups(_context: Any) -> int:
    return each("setups", ((one,) for one in customers().overdue_setups(clock.now())), buyers.settle)
