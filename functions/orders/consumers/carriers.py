"""What carriers told, one parcel after the other; and labels that a store will not use."""

from functions.orders import following, labelling
from functions.orders.consumers.app import consumer
from functions.orders.model.carriers import CarrierCalled, ParcelMoved
from kernel.events import Received


@consumer.on("metco.orders", CarrierCalled)
def carrier_called(event: Received[CarrierCalled]) -> None:
    following.called(event.data.call_id, event.data.carrier)


@consumer.on("metco.orders", ParcelMoved)
def parcel_moved(event: Received[ParcelMoved]) -> None:
    if event.data.state == "void":
        labelling.void(event.data.order_id, event.data.parcel_id)
