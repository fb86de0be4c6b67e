"""People who leave Metco, and those who want to know what is kept about them."""

from functions.payments import customers as at_stripe
from functions.payments import exports
from functions.payments.consumers.app import consumer
from functions.payments.history import known_of
from functions.payments.store.destinations import destinations
from kernel.events import Received
from kernel.people import DataExportRequested, UserErased


@consumer.on("metco.identity", UserErased)
def forget_person(event: Received[UserErased]) -> None:
    """What they pay with goes, here and at Stripe. What was paid stays in the books, under an id that leads nowhere."""
    destinations().forget_person(event.data.user_id)
    at_stripe.forget(event.data.user_id)


@consumer.on("metco.identity", DataExportRequested)
def add_to_export(event: Received[DataExportRequested]) -> None:
    exports.add(event.data.user_id, event.data.export_id, known_of(event.data.user_id))
