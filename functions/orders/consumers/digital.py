"""What catalog hands over: lines that go into no parcel are delivered when there is something to download."""

from functions.orders.consumers.app import consumer
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.told_of_goods import DigitalDelivered
from functions.orders.rules import parcels
from functions.orders.rules.progress import Step
from functions.orders.store.parts import parts
from functions.orders.windows import windows
from kernel import clock
from kernel.events import Received


@consumer.on("metco.catalog", DigitalDelivered)
def delivered(event: Received[DigitalDelivered]) -> None:
    """Each line whole. Told again, or after it was given back, it changes nothing."""
    told = event.data

    def decide(_: Kept, part: SellerOrder) -> Step | None:
        pieces = {line.line_id: line.quantity for line in part.lines if line.line_id in told.line_ids}
        return parcels.granted(part, pieces, windows(), clock.now())

    parts().change(told.order_id, told.seller_order_id, decide)
