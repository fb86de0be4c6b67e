"""What catalog hands over: lines that go into no parcel are delivered when there is something to download."""

from functions.orders import refunding
from functions.orders.consumers.app import consumer
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.told_of_goods import DigitalDelivered, DownloadReturned
from functions.orders.rules import parcels
from functions.orders.rules.progress import Step
from functions.orders.store.parts import parts
from functions.orders.windows import windows
from kernel import clock
from kernel.events import Received


@consumer.on("metco.catalog", DigitalDelivered)
def delivered(event: Received[DigitalDelivered]) -> None:
    _delivered(event.data)


@consumer.on("metco.catalog", DownloadReturned)
def given_back(event: Received[DownloadReturned]) -> None:
    """It was delivered before, even if that is heard of only now; then the money for it goes back."""
    told = event.data
    _delivered(told)
    refunding.give_back_lines(told.order_id, told.seller_order_id, told.line_ids)


def _delivered(told: DigitalDelivered) -> None:
    """Each line whole. Told again, or after it was given back, it changes nothing."""

    def decide(_: Kept, part: SellerOrder) -> Step | None:
        pieces = {line.line_id: line.quantity for line in part.lines if line.line_id in told.line_ids}
        return parcels.granted(part, pieces, windows(), clock.now())

    parts().change(told.order_id, told.seller_order_id, decide)
