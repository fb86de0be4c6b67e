import random

import pytest

from local.stack import Stack
from tests.e2e.grants import live_grants, missed
from tests.e2e.walk import Person, walk

DRAWN = 4  # each is a whole walk, or several
# What these may do takes whole sales to use: one to two minutes a grant, and money that stays half moved where other
# tests look. `make chaos` alone goes through them.
TOO_LONG = ("metco-local-payments-", "metco-local-orders-")


def test_grants_drawn_at_random_are_each_missed_when_they_are_gone(stack: Stack, subtests: pytest.Subtests):
    """`make chaos` goes through all of them. What was drawn stands in the subtests' names."""
    grants = [grant for grant in live_grants(stack) if not grant.role.startswith(TOO_LONG)]
    for grant in random.sample(grants, min(DRAWN, len(grants))):
        with subtests.test(str(grant)):
            assert missed(stack, grant), f"nothing misses {grant}: delete it"
    walk(Person(stack))
