"""Tells of stock what moved of it, and hears what is offered, with how many, by whom, and what became of orders."""

from functions.inventory.model.listings import OfferChanged, OfferListed, OffersImported, OfferWithdrawn
from functions.inventory.model.names import ItemId
from functions.inventory.model.told import OrderFinal, StockMoved, StoreClosed, StoreToRecount
from functions.inventory.store.departures import departures
from functions.inventory.store.levels import levels
from functions.inventory.store.listings import listings
from functions.inventory.store.reservations import reservations
from kernel.consume import Consumer
from kernel.events import Received
from kernel.people import UserErased

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.inventory", StockMoved)
def tell_levels(event: Received[StockMoved]) -> None:
    levels().recount(ItemId(one.store_id, one.variant_id) for one in event.data.items)


@consumer.on("metco.inventory", StoreToRecount)
def recount_store(event: Received[StoreToRecount]) -> None:
    levels().recount_store(event.data.store_id, event.data.before)


@consumer.on("metco.catalog", OfferListed)
def hear_of_listing(event: Received[OfferListed]) -> None:
    listings().hear([event.data.listing])


@consumer.on("metco.catalog", OfferChanged)
def hear_of_change(event: Received[OfferChanged]) -> None:
    listings().hear([event.data.listing])


@consumer.on("metco.catalog", OffersImported)
def hear_of_import(event: Received[OffersImported]) -> None:
    listings().hear(event.data.listings)


@consumer.on("metco.catalog", OfferWithdrawn)
def hear_of_withdrawal(event: Received[OfferWithdrawn]) -> None:
    listings().hear([event.data])


@consumer.on("metco.orders", OrderFinal)
def let_go(event: Received[OrderFinal]) -> None:
    reservations().final(event.data.order_id, paid=event.data.how == "paid")


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    departures().forget(event.data.user_id)


@consumer.on("metco.stores", StoreClosed)
def close_store(event: Received[StoreClosed]) -> None:
    departures().close(event.data.store_id)
