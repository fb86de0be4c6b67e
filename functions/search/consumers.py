"""Hears of listings, stock and stores, and keeps the index in step; walks stores and rebuilds a page at a time."""

from collections.abc import Sequence

from functions.search import filling, indexing
from functions.search.model.kept import Heard
from functions.search.model.told import (
    OfferChanged,
    OfferListed,
    OffersImported,
    OfferWithdrawn,
    RebuildAbandoned,
    RebuildShard,
    RebuildStarted,
    StockChanged,
    StoreChanged,
    StoreOpened,
    StoreToRefresh,
)
from functions.search.store.listings import listings
from functions.search.store.stores import stores
from kernel.consume import Consumer
from kernel.events import Received

PAGE = 50
PAGES = 4  # of a store's listings in one call: a store of many thousands takes many calls, one after another

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.catalog", OfferListed)
def hear_of_listing(event: Received[OfferListed]) -> None:
    _heard([event.data.listing])


@consumer.on("metco.catalog", OfferChanged)
def hear_of_change(event: Received[OfferChanged]) -> None:
    _heard([event.data.listing])


@consumer.on("metco.catalog", OffersImported)
def hear_of_import(event: Received[OffersImported]) -> None:
    _heard(event.data.listings)


@consumer.on("metco.catalog", OfferWithdrawn)
def hear_of_withdrawal(event: Received[OfferWithdrawn]) -> None:
    _heard([event.data])


@consumer.on("metco.inventory", StockChanged)
def hear_of_stock(event: Received[StockChanged]) -> None:
    told = event.data
    offer_id = listings().hear_stock(told.store_id, told.variant_id, told.orderable, event.metadata.sequence)
    if offer_id:
        indexing.put_listings([offer_id])


@consumer.on("metco.stores", StoreOpened)
def hear_of_store(event: Received[StoreOpened]) -> None:
    _profile_heard(event)


@consumer.on("metco.stores", StoreChanged)
def hear_of_store_change(event: Received[StoreChanged]) -> None:
    _profile_heard(event)


@consumer.on("metco.search", StoreToRefresh)
def refresh_store(event: Received[StoreToRefresh]) -> None:
    """Every listing's revision is raised after the store was written, so its newest document shows the newest store."""
    told, before = event.data, event.data.before
    if stores().store(told.store_id).round != told.round:
        return  # a later walk has begun, and goes everywhere
    for _ in range(PAGES):
        page = stores().shelf(told.store_id, before, PAGE)
        listings().raise_revisions(page)
        indexing.put_listings(page)
        if len(page) < PAGE:
            return
        before = page[-1]
    stores().go_on(told.store_id, told.round, before)


@consumer.on("metco.search", RebuildStarted)
def begin_rebuild(event: Received[RebuildStarted]) -> None:
    filling.begin(event.data.rebuild_id)


@consumer.on("metco.search", RebuildShard)
def fill_shard(event: Received[RebuildShard]) -> None:
    filling.fill(event.data.rebuild_id, event.data.shard, event.data.before)


@consumer.on("metco.search", RebuildAbandoned)
def abandon_rebuild(event: Received[RebuildAbandoned]) -> None:
    filling.forget(event.data.rebuild_id)


def _heard(said: Sequence[Heard]) -> None:
    listings().hear(said)
    indexing.put_listings(one.offer_id for one in said)
    indexing.put_categories(dict.fromkeys(one.store_id for one in said))


def _profile_heard(event: Received[StoreOpened] | Received[StoreChanged]) -> None:
    if not event.data.profile:
        return  # told before profiles were: the store's next change tells it
    stores().hear(event.data.store_id, event.data.profile, event.metadata.sequence)
    indexing.put_stores([stores().store(event.data.store_id)])
