"""What becomes of a store's part by anybody's word: its store's, its buyer's, a carrier's, or that of time."""

from functions.orders.model.fulfilment import Received
from functions.orders.model.orders import Kept, SellerOrder
from functions.orders.model.parcels import Move, Parcel, ParcelSentBy
from functions.orders.rules import parcels, progress
from functions.orders.rules.due import is_due
from functions.orders.rules.lines import Pieces
from functions.orders.rules.progress import Step
from functions.orders.store.parked import parked
from functions.orders.store.parts import ReceiptOf, Receipts, no_receipt, parts
from functions.orders.windows import windows
from kernel import clock


def begin(order_id: str, seller_order_id: str, receipt: Receipts = no_receipt) -> Kept:
    def decide(_: Kept, part: SellerOrder) -> Step | None:
        progress.check_paid(part)
        return progress.begun(part, clock.now())

    return parts().change(order_id, seller_order_id, decide, receipt=receipt)


def send(
    order_id: str,
    seller_order_id: str,
    parcel_id: str,
    asked: ParcelSentBy,
    receipt: ReceiptOf[Parcel],
) -> Parcel:
    def decide(_: Kept, part: SellerOrder) -> Step:
        progress.check_paid(part)
        return parcels.sent(part, parcel_id, asked, windows(), clock.now())

    after = parts().change(order_id, seller_order_id, decide, receipt=lambda kept: receipt(kept.parcel(parcel_id)))
    return after.parcel(parcel_id)


def move(order_id: str, seller_order_id: str, parcel_id: str, said: Move, receipt: ReceiptOf[Parcel]) -> Parcel:
    """By its store, which is told what cannot be."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        progress.check_paid(part)
        parcel = kept.parcel_of(seller_order_id, parcel_id)
        if parcels.known(parcel, said):
            return None
        parcels.check_move(parcel, said)
        return parcels.moved(part, parcel, said, windows(), clock.now())

    after = parts().change(order_id, seller_order_id, decide, receipt=lambda kept: receipt(kept.parcel(parcel_id)))
    return after.parcel(parcel_id)


def hear(order_id: str, seller_order_id: str, parcel_id: str, said: Move) -> Kept:
    """From its carrier: what is known, or comes too late, changes nothing."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        return parcels.moved(part, kept.parcel_of(seller_order_id, parcel_id), said, windows(), clock.now(), "carrier")

    return parts().change(order_id, seller_order_id, decide)


def receive(order_id: str, seller_order_id: str, by: Received, receipt: Receipts = no_receipt) -> Kept:
    """All that is under way has arrived. Said again, it is known."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        return parcels.received(part, kept.parcels_of(seller_order_id), windows(), clock.now(), by)

    return parts().change(order_id, seller_order_id, decide, receipt=receipt)


def receive_in_time(order_id: str, seller_order_id: str) -> None:
    """Nobody has said otherwise for so long that it counts as delivered."""

    def decide(kept: Kept, part: SellerOrder) -> Step | None:
        if not is_due(part, "auto_receive", clock.now()):
            return None
        return parcels.received(part, kept.parcels_of(seller_order_id), windows(), clock.now(), "time")

    parts().change(order_id, seller_order_id, decide)


def ask(order_id: str, seller_order_id: str) -> None:
    parts().change(order_id, seller_order_id, lambda kept, part: progress.asked(part, kept.order.buyer_id, clock.now()))


def leave_to_person(order_id: str, seller_order_id: str) -> None:
    """Before the money has been held for longer than it may be. Raised first: a person may be told twice, never not."""
    parked().raise_(
        order_id, workflow="settlement", subject_id=seller_order_id, step="holding_limit", why="holding_limit"
    )
    parts().change(order_id, seller_order_id, lambda _, part: progress.left_to_decide(part, clock.now()))


def grant(order_id: str, seller_order_id: str, pieces: Pieces) -> Kept:
    """What goes into no parcel is with its buyer: of each line all of it."""
    return parts().change(
        order_id, seller_order_id, lambda _, part: parcels.granted(part, pieces, windows(), clock.now())
    )
