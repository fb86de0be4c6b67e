"""Stripe's days and the books on the deployed template."""

from local.stack import Stack
from tests.e2e.reconciling_walk import walk_reconciling
from tests.e2e.walk import Person


def test_yesterday_is_held_against_the_books(stack: Stack):
    walk_reconciling(Person(stack))
