"""Goods on the deployed template: indexes, grants, sweep and consumers as they are on AWS."""

from local.stack import Stack
from tests.e2e.goods_walk import walk_goods
from tests.e2e.walk import Person


def test_goods_are_listed_shown_moved_and_put_away(stack: Stack):
    walk_goods(Person(stack))
