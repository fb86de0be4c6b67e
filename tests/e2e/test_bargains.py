"""Bargaining and GraphQL on the deployed template: grants, events and the walk over a store's shelves as on AWS."""

from local.stack import Stack
from tests.e2e.bargain_walk import walk_bargain
from tests.e2e.by_graphql import Querying
from tests.e2e.goods_walk import walk_goods
from tests.e2e.media_walk import walk_media
from tests.e2e.walk import Person


def test_a_price_is_bargained_for_and_paid_and_a_suspended_store_is_not_seen(stack: Stack):
    walk_bargain(Person(stack))


def test_goods_are_listed_shown_moved_and_put_away_by_graphql(stack: Stack):
    walk_goods(Querying(stack))


def test_pictures_and_files_go_their_way_by_graphql(stack: Stack):
    walk_media(Querying(stack))
