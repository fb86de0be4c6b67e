from local.stack import Stack
from tests.e2e.paying_out_walk import walk_paying_out
from tests.e2e.walk import Person


def test_money_leaves_by_every_way_and_a_chargeback_is_contested(stack: Stack):
    walk_paying_out(Person(stack, patience_s=90))
