"""What follows for stock from what a store says in its listings."""

from collections.abc import Sequence
from datetime import datetime

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.listings import Heard, Listed, OfferWithdrawn
from functions.inventory.model.movements import Movement
from functions.inventory.model.names import MOST, ItemId
from functions.inventory.rules.locations import default_id
from kernel import ids

FIRST = 1  # version of an offer


def news(said: Heard) -> list[Listed]:
    """Of every variant that is offered, and of those that are no more. Withdrawn, the goods stay where they are."""
    if isinstance(said, OfferWithdrawn):
        return [_no_more(said, said.offer_version, variant) for variant in said.variant_ids]
    here = [
        Listed(ItemId(said.store_id, one.variant_id), said.offer_id, said.version, goods=goods, quantity=one.quantity)
        for goods in [said.kind == "goods"]
        for one in said.variants
    ]
    return [one for one in here if not _goes_without_saying(one)] + [
        _no_more(said, said.version, variant) for variant in said.gone
    ]


def _no_more(said: Heard, version: int, variant: str) -> Listed:
    goods = said.kind == "goods"
    return Listed(ItemId(said.store_id, variant), said.offer_id, version, offered=False, goods=goods)


def _goes_without_saying(news: Listed) -> bool:
    """New goods of which no number is said: nothing was heard before that this could correct, nor has anybody to know.

    A file of 50,000 rows without a column for quantities is so passed over by a look at each.
    """
    return news.version == FIRST and news.goods and news.quantity is None


def heard(item: StockItem, news: Listed) -> StockItem:
    """The variant after the news; unchanged by what is older than what was heard, or the same.

    Its version stays where only `listed` is newer: that is remembered so that older news is known for such.
    """
    if news.version < item.listed:
        return item
    said = item.said if news.quantity is None else min(news.quantity, MOST)
    tracked = item.tracked if item.version else news.goods
    changed = {"offered": news.offered, "said": said, "tracked": tracked, "listed": news.version}
    after = item.model_copy(update=changed)
    same = item.version and not differs(item, after)
    return after if same else after.model_copy(update={"version": item.version + 1})


def differs(before: StockItem, after: StockItem) -> bool:
    """Whether more than the version that was heard of is another."""
    return (before.offered, before.said, before.tracked) != (after.offered, after.said, after.tracked)


def is_counted(item: StockItem) -> bool:
    """Of what nobody ever said a number, nobody is told that there is none."""
    return bool(item.places or item.parts) or item.said is not None or not item.tracked


def adjustment(
    before: StockItem, after: StockItem, shards: Sequence[Shard], available: int, news: Listed, now: datetime
) -> Movement | None:
    """What a store says anew of its quantity is made so, at its default location. Promised is promised."""
    if after.said is None or after.said == before.said or not after.tracked or after.parts:
        return None
    default = default_id(after.store_id)
    there = max(0, sum(one.available for one in shards if one.location_id == default))
    units = max(after.said - max(0, available), -there)
    if not units:
        return None
    opens = before.said is None and units > 0
    return Movement(
        movement_id=ids.derived_id("mov", news.offer_id, str(news.version), after.variant_id),
        kind="received" if opens else "adjusted",
        store_id=after.store_id,
        variant_id=after.variant_id,
        location_id=default,
        available=units,
        reason=None if opens else "listing",
        moved_at=now,
    )
