"""What follows for stock from what a store says in its listings."""

from collections.abc import Sequence
from datetime import datetime

from functions.inventory.model.items import Shard, StockItem
from functions.inventory.model.listings import Heard, Listed, Listing, Offer, OfferWithdrawn
from functions.inventory.model.movements import Movement
from functions.inventory.model.names import MOST, ItemId
from functions.inventory.rules.locations import default_id
from kernel import ids


def version_of(said: Heard) -> int:
    return said.version if isinstance(said, Listing) else said.offer_version


def is_news(said: Heard, before: Offer) -> bool:
    return version_of(said) > before.version


def news(said: Heard, before: Offer) -> tuple[Offer, list[Listed]]:
    """Of every variant the offer has, and of those it has no more. Withdrawn, the goods stay where they are."""
    version = version_of(said)
    quantities = {one.variant_id: one.quantity for one in said.variants} if isinstance(said, Listing) else {}
    goods = isinstance(said, OfferWithdrawn) or said.kind == "goods"
    kept = list(quantities) if isinstance(said, Listing) else before.variants
    here = [
        Listed(ItemId(said.store_id, variant), said.offer_id, version, goods=goods, quantity=quantity)
        for variant, quantity in quantities.items()
    ]
    gone = [
        Listed(ItemId(said.store_id, variant), said.offer_id, version, offered=False)
        for variant in before.variants
        if variant not in quantities
    ]
    return Offer(offer_id=said.offer_id, version=version, variants=kept), here + gone


def heard(item: StockItem, news: Listed) -> StockItem:
    """The variant after the news; unchanged by what is older than what was heard, or says nothing new."""
    if news.version < item.listed:
        return item
    said = item.said if news.quantity is None else min(news.quantity, MOST)
    tracked = item.tracked if item.version else news.goods
    if item.version and (item.offered, item.said) == (news.offered, said):
        return item
    changed = {"offered": news.offered, "said": said, "tracked": tracked, "listed": news.version}
    return item.model_copy(update={**changed, "version": item.version + 1})


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
