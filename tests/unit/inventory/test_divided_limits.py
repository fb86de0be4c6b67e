"""A limit beyond the stock is kept by one shard, while what is left is divided among all: sums count, not shards."""

from datetime import UTC, datetime

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.listings import Listed
from functions.inventory.model.names import ItemId
from functions.inventory.rules import listings, movements
from functions.inventory.rules.locations import default_id
from kernel import ids

ITEM = ItemId(ids.derived_id("sto", "a"), ids.derived_id("var", "a"))
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_a_listing_takes_away_no_more_than_all_shards_have_together():
    """One unit on the shelf, two promised beyond it: shard 0 is short of what the other has."""
    default = default_id(ITEM.store_id)
    shards = [Shard(ITEM, default, 0, left=2, credit=3), Shard(ITEM, default, 1, left=2)]
    before = StockItem(store_id=ITEM.store_id, variant_id=ITEM.variant_id, places={default: 2}, said=5, version=1)
    news = Listed(ITEM, ids.derived_id("ofr", "a"), 2, quantity=0)
    after = listings.heard(before, news)
    adjustment = listings.adjustment(before, after, shards, 1, news, NOON)
    assert adjustment is not None
    assert adjustment.available == -1
    assert movements.deltas([adjustment], before.places, shards) == {(default, 1): -1}


def test_a_listing_takes_nothing_from_a_place_that_is_short_already():
    default = default_id(ITEM.store_id)
    shards = [
        Shard(ITEM, default, 0, left=1, credit=3),
        Shard(ITEM, default, 1, left=1),
        Shard(ITEM, "else", 0, left=4),
    ]
    before = StockItem(store_id=ITEM.store_id, variant_id=ITEM.variant_id, places={default: 2}, said=5, version=1)
    news = Listed(ITEM, ids.derived_id("ofr", "a"), 2, quantity=0)
    assert listings.adjustment(before, listings.heard(before, news), shards, 3, news, NOON) is None
