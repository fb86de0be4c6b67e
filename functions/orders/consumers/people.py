"""People who sign in after they were guests, who leave Metco, and who want to know what is kept about them."""

from functions.orders import exports, labelling
from functions.orders.consumers.app import consumer
from functions.orders.store.people import people
from kernel.events import Received
from kernel.people import DataExportRequested, GuestAbsorbed, UserErased


@consumer.on("metco.identity", GuestAbsorbed)
def take_along(event: Received[GuestAbsorbed]) -> None:
    people().absorb(event.data.guest_id, event.data.user_id)


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    labelling.forget(event.data.user_id)
    people().forget(event.data.user_id)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id)
