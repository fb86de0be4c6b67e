"""Hears whether stores may sell, what products are by now and what was bought of them, and acts on it.

Tells people what is kept about them, and forgets who is erased.
"""

from datetime import datetime

from functions.catalog import agreed, delivering, exports, filing, leaving
from functions.catalog.model.bought import OrderCancelled, OrderClaimed, OrderFinal, OrderPaid
from functions.catalog.model.standing import Shelves
from functions.catalog.store.departures import departures
from functions.catalog.store.images import images
from functions.catalog.store.standing import StandingMoved, standings
from kernel import clock, log
from kernel.consume import Consumer
from kernel.events import Received, Seen
from kernel.people import DataExportRequested, UserErased

PAGES = 8  # of a store's offers in one call: a store of many thousands is turned by many calls, one after another

consumer = Consumer()
handler = consumer.handler


class StoreOpened(Seen):
    store_id: str
    country: str
    currency: str


class StoreChanged(Seen):
    store_id: str
    country: str
    currency: str


class StoreSuspended(Seen):
    store_id: str


class StoreRestored(Seen):
    store_id: str


class StoreClosed(Seen):
    store_id: str


class ShelvesTurning(Seen):
    store_id: str
    round: int


class ProductChanged(Seen):
    product_id: str


class KeysAdded(Seen):
    offer_id: str


@consumer.on("metco.stores", StoreOpened)
def store_opened(event: Received[StoreOpened]) -> None:
    told = event.data
    standings().placed(told.store_id, told.country, told.currency, event.metadata.sequence)


@consumer.on("metco.stores", StoreChanged)
def store_changed(event: Received[StoreChanged]) -> None:
    told = event.data
    standings().placed(told.store_id, told.country, told.currency, event.metadata.sequence)


@consumer.on("metco.stores", StoreSuspended)
def store_suspended(event: Received[StoreSuspended]) -> None:
    standings().stands(event.data.store_id, "suspended", event.metadata.sequence, clock.now())


@consumer.on("metco.stores", StoreRestored)
def store_restored(event: Received[StoreRestored]) -> None:
    standings().stands(event.data.store_id, "open", event.metadata.sequence, clock.now())


@consumer.on("metco.stores", StoreClosed)
def store_closed(event: Received[StoreClosed]) -> None:
    standings().stands(event.data.store_id, "closed", event.metadata.sequence, clock.now())
    images().leave_behind(event.data.store_id, clock.now())


@consumer.on("metco.catalog", ShelvesTurning)
def turn_shelves(event: Received[ShelvesTurning]) -> None:
    """Some pages now, the rest by the next event. An event that comes again finds that its part was done."""
    begun = standings().shelves(event.data.store_id)
    if not begun.shelf or begun.round != event.data.round:
        return
    now, shelves = clock.now(), begun
    try:
        for _ in range(PAGES):
            shelves = leaving.step(shelves, now) if shelves.standing == "closed" else _turned(shelves, now)
            if not shelves.shelf:
                break
    except StandingMoved:
        log.info("shelves left as they are: the store stands otherwise by now", store_id=begun.store_id)
        return
    standings().rest(begun, shelves)


def _turned(shelves: Shelves, now: datetime) -> Shelves:
    offers, following = standings().walked(shelves)
    standings().turn(shelves, offers, now)
    return following


@consumer.on("metco.catalog", ProductChanged)
def product_changed(event: Received[ProductChanged]) -> None:
    """Everybody's offers of it follow. An event that comes again finds them in step."""
    filing.follow(event.data.product_id, clock.now())


@consumer.on("metco.orders", OrderPaid)
def hand_over(event: Received[OrderPaid]) -> None:
    """Files are delivered at once. An event that comes again finds what was granted."""
    delivering.hand_over(event.data)


@consumer.on("metco.orders", OrderCancelled)
def give_back(event: Received[OrderCancelled]) -> None:
    """Paid, and cancelled before anything of it was sent: an agreed price holds for as long as it was to."""
    if event.data.never_sent:
        agreed.give_back(event.data.order_id)


@consumer.on("metco.orders", OrderFinal)
def let_go(event: Received[OrderFinal]) -> None:
    """An agreed price that its checkout has left behind is paid, or free for another order."""
    agreed.final(event.data.order_id, paid=event.data.how == "paid")


@consumer.on("metco.catalog", KeysAdded)
def hand_over_keys(event: Received[KeysAdded]) -> None:
    delivering.there_now(event.data.offer_id)


@consumer.on("metco.orders", OrderClaimed)
def take_along(event: Received[OrderClaimed]) -> None:
    told = event.data
    delivering.take_along(told.order_id, told.buyer_id, told.owner_id)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id, departures().known_of(event.data.user_id))


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    departures().forget(event.data.user_id)
    log.count("people_forgotten_total")
