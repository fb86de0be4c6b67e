"""What is given back of an order that cannot be carried out: all of it, to whoever had paid it."""

from collections.abc import Iterator

from functions.orders.model.orders import Kept
from functions.orders.model.tasks import PartPaid, RefundPart
from functions.orders.rules.plans import paid_parts
from kernel import ids


def everything(kept: Kept) -> list[RefundPart]:
    """The ids are the same however often it is decided: what was given back is not given back again."""
    return [one for part in paid_parts(kept) for one in _whole(part)]


def _whole(part: PartPaid) -> Iterator[RefundPart]:
    worth = {line.line_id: line.goods + line.tax for line in part.lines if line.goods + line.tax}
    if worth:
        refund_id = ids.derived_id("rfd", part.seller_order_id, "whole")
        yield RefundPart(seller_order_id=part.seller_order_id, store_id=part.store_id, refund_id=refund_id, lines=worth)
