"""Pieces that are not sent after all, and a parcel's other address: each under the condition that nobody was faster."""

from collections.abc import Mapping
from contextlib import suppress

from functions.orders import events
from functions.orders.model.addresses import Person, SentTo
from functions.orders.model.orders import Kept, OrderChanged, SellerOrder
from functions.orders.rules import cancelling as rules
from functions.orders.rules import orders as order_rules
from functions.orders.rules import progress
from functions.orders.rules.progress import Step
from functions.orders.store.orders import TRIES, orders
from functions.orders.store.parts import Receipts, no_receipt, parts
from functions.orders.store.rows import part_still, person_change
from functions.orders.windows import windows
from kernel import clock
from kernel.errors import Unavailable

Pieces = Mapping[str, int]


def by_store(
    order_id: str, seller_order_id: str, asked: Pieces | None, refund_id: str, receipt: Receipts = no_receipt
) -> Kept:
    """Whatever it has not sent."""

    def decide(kept: Kept, part: SellerOrder) -> Step:
        progress.check_paid(part)
        return rules.cancelled(kept, part, asked, "by_seller", refund_id, windows(), clock.now())

    return parts().change(order_id, seller_order_id, decide, receipt=receipt)


def by_buyer(
    order_id: str, seller_order_id: str, asked: Pieces | None, refund_id: str, receipt: Receipts = no_receipt
) -> Kept:
    """Before anybody has worked for it."""

    def decide(kept: Kept, part: SellerOrder) -> Step:
        rules.check_before_work(part)
        return rules.cancelled(kept, part, asked, "by_buyer", refund_id, windows(), clock.now())

    return parts().change(order_id, seller_order_id, decide, receipt=receipt)


def change_address(order_id: str, asked: SentTo, receipt: Receipts = no_receipt) -> Kept:
    """While nothing of any part is sent: that none of them changes meanwhile is a condition of the same commit."""
    for _ in range(TRIES):
        kept = orders().whole(order_id)
        address = rules.check_address(kept, asked)
        after = order_rules.noted(kept.order)
        shown = kept.model_copy(update={"order": after, "address": address})
        told = events.AddressChanged(order_id=order_id, store_ids=kept.order.store_ids)
        changes = [
            person_change(order_id, Person(address=address, email=kept.email)),
            *(part_still(part) for part in kept.parts),
        ]
        with suppress(OrderChanged):
            orders().replace(kept.order, after, [told], changes, receipt(shown))
            return shown
    raise Unavailable("This order is being changed again and again. Try again.")
