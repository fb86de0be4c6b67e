"""Stores: what they call themselves, which their invoices say, and what they take back."""

from functions.orders.consumers.app import consumer
from functions.orders.model.papers import SoldBy
from functions.orders.model.told_of_goods import StoreChanged, StoreOpened
from functions.orders.store.returns import returns
from functions.orders.store.shops import shops
from kernel.events import Received


@consumer.on("metco.stores", StoreOpened)
def store_opened(event: Received[StoreOpened]) -> None:
    _heard(event)


@consumer.on("metco.stores", StoreChanged)
def store_changed(event: Received[StoreChanged]) -> None:
    _heard(event)
    returns().hear(event.data.store_id, event.data.returns, event.metadata.sequence)


def _heard(event: Received[StoreOpened] | Received[StoreChanged]) -> None:
    told = event.data
    if told.profile:
        shop = SoldBy(name=told.profile.name, country=told.country)
        shops().hear(told.store_id, shop, event.metadata.sequence)
