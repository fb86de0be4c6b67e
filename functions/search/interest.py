"""Hears what people look at and buy. Beside the listings' consumer, so that no crowd delays a changed price."""

from datetime import datetime

from functions.search import exports
from functions.search.model.discovery import ActivitySeen, OrderPaid
from functions.search.rules import purchases as bought
from functions.search.rules import trends as rules
from functions.search.store.purchases import purchases
from functions.search.store.trends import trends
from functions.search.store.visits import visits
from kernel import clock, log
from kernel.consume import Consumer
from kernel.events import Received
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.reports", ActivitySeen)
def remember(event: Received[ActivitySeen]) -> None:
    now, data = clock.now(), event.data
    viewed = [(act.product_id, clock.rfc3339(act.at)) for act in data.acts if act.product_id and _looked(act.kind)]
    if data.visitor_id and viewed:
        visits().remember(data.visitor_id, viewed, now)
    counts = rules.counts((act.kind, act.product_id) for act in data.acts if act.product_id)
    slot = rules.slot_of(datetime.fromisoformat(event.metadata.occurred_at))
    if counts and rules.accepts(slot, now):
        trends().add(event.metadata.id, slot, counts)


@consumer.on("metco.orders", OrderPaid)
def learn(event: Received[OrderPaid]) -> None:
    """What was bought together, and that it was bought. An order that comes again was learned from."""
    paid_at = datetime.fromisoformat(event.metadata.occurred_at)
    new = purchases().learn([bought.of_order(event.data, paid_at)], clock.now())
    log.count("purchases_learned_total", new)


@consumer.on("metco.identity", GuestAbsorbed)
def give_to_person(event: Received[GuestAbsorbed]) -> None:
    visits().give(event.data.guest_id, event.data.user_id, clock.now())


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    visits().forget(event.data.user_id, clock.now())
    log.count("people_forgotten_total")


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    known = {"recently_viewed": visits().known_of(event.data.user_id)}
    exports.add(event.data.user_id, event.data.export_id, known)


def _looked(kind: str) -> bool:
    return kind in ("product_viewed", "result_chosen")
