"""Hears of everything that can be in a basket, of who agreed on a price, and of people who sign in or leave."""

from collections import Counter

from functions.baskets import exports
from functions.baskets.model.facts import KnownStock, KnownStore
from functions.baskets.model.told import (
    OfferChanged,
    OfferListed,
    OffersImported,
    OfferWithdrawn,
    OrderCancelled,
    OrderFinal,
    OrderPaid,
    PriceAgreed,
    PriceRedeemed,
    ProposalClosed,
    StockChanged,
    StoreChanged,
    StoreClosed,
    StoreOpened,
)
from functions.baskets.rules.promotions.redemptions import person
from functions.baskets.store.baskets import baskets
from functions.baskets.store.known import known
from functions.baskets.store.promotions import promotions
from functions.baskets.store.redemptions import redemptions
from kernel import clock, log
from kernel.consume import Consumer
from kernel.events import Received
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.catalog", OfferListed)
def hear_of_listing(event: Received[OfferListed]) -> None:
    known().hear_listing(event.data.listing)


@consumer.on("metco.catalog", OfferChanged)
def hear_of_change(event: Received[OfferChanged]) -> None:
    known().hear_listing(event.data.listing)


@consumer.on("metco.catalog", OffersImported)
def hear_of_import(event: Received[OffersImported]) -> None:
    for listing in event.data.listings:
        known().hear_listing(listing)


@consumer.on("metco.catalog", OfferWithdrawn)
def hear_of_withdrawal(event: Received[OfferWithdrawn]) -> None:
    told = event.data
    known().hear_withdrawal(told.store_id, told.offer_id, told.offer_version, clock.now())


@consumer.on("metco.inventory", StockChanged)
def hear_of_stock(event: Received[StockChanged]) -> None:
    told = event.data
    stock = KnownStock(**told.model_dump(include=set(KnownStock.model_fields)))
    known().hear_stock((told.store_id, told.variant_id), stock, event.metadata.sequence)


@consumer.on("metco.stores", StoreOpened)
def hear_of_store(event: Received[StoreOpened]) -> None:
    _store_heard(event)


@consumer.on("metco.stores", StoreChanged)
def hear_of_store_change(event: Received[StoreChanged]) -> None:
    _store_heard(event)


@consumer.on("metco.stores", StoreClosed)
def hear_of_closing(event: Received[StoreClosed]) -> None:
    """A store that closes takes its words along, those of its goods and those of its promotions."""
    known().hear_closing(event.data.store_id)
    promotions().close(event.data.store_id)


@consumer.on("metco.catalog", PriceAgreed)
def hear_of_agreement(event: Received[PriceAgreed]) -> None:
    known().hear_agreement(event.data, event.metadata.sequence)


@consumer.on("metco.catalog", PriceRedeemed)
def hear_of_redemption(event: Received[PriceRedeemed]) -> None:
    _agreement_over(event)


@consumer.on("metco.catalog", ProposalClosed)
def hear_of_closed_proposal(event: Received[ProposalClosed]) -> None:
    _agreement_over(event)


@consumer.on("metco.orders", OrderPaid)
def hear_of_order(event: Received[OrderPaid]) -> None:
    """Only what was bought leaves the basket; and from now on no other order of this person is the first."""
    told = event.data
    bought = Counter[tuple[str, str]]()
    for line in (line for part in told.seller_orders for line in part.lines):
        bought[line.offer_id, line.variant_id] += line.quantity
    baskets().take_out(told.buyer_id, told.order_id, bought, clock.now())
    if buyer := person(told.buyer_id):
        redemptions().ordered(buyer, told.order_id)


@consumer.on("metco.orders", OrderCancelled)
def give_back(event: Received[OrderCancelled]) -> None:
    """Paid, and cancelled before anything of it was sent: whoever used a promotion for it can use it again."""
    if event.data.never_sent and redemptions().give_back(event.data.order_id):
        log.count("promotions_given_back_total")


@consumer.on("metco.orders", OrderFinal)
def let_go(event: Received[OrderFinal]) -> None:
    """What its checkout has left behind is used up, or given back."""
    redemptions().final(event.data.order_id, paid=event.data.how == "paid")


@consumer.on("metco.identity", GuestAbsorbed)
def give_to_person(event: Received[GuestAbsorbed]) -> None:
    baskets().absorb(event.data.guest_id, event.data.user_id)


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    baskets().forget(event.data.user_id, clock.now())
    redemptions().forget(event.data.user_id)
    log.count("people_forgotten_total")


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id, baskets().known_of(event.data.user_id))


def _agreement_over(event: Received[PriceRedeemed] | Received[ProposalClosed]) -> None:
    told = event.data
    known().hear_end_of_agreement(told.buyer_id, told.proposal_id, event.metadata.sequence, clock.now())


def _store_heard(event: Received[StoreOpened] | Received[StoreChanged]) -> None:
    told, profile = event.data, event.data.profile
    if not profile:
        return  # told before profiles were: the store's next change tells it
    store = KnownStore(**profile.model_dump(), country=told.country, currency=told.currency, zones=told.zones)
    known().hear_store(told.store_id, store, event.metadata.sequence)
