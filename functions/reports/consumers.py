"""Hears of people who sign in, leave Metco for good, or want to know what is kept about them."""

from functions.reports import exports
from functions.reports.store import activities
from kernel import clock, log
from kernel.consume import Consumer
from kernel.events import Received
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased

consumer = Consumer()
handler = consumer.handler


@consumer.on("metco.identity", GuestAbsorbed)
def give_to_person(event: Received[GuestAbsorbed]) -> None:
    activities().give(event.data.guest_id, event.data.user_id)


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    activities().forget(event.data.user_id, clock.now())
    log.count("people_forgotten_total")


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id, {"activity": activities().known_of(event.data.user_id)})
