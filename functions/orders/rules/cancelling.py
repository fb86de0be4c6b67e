"""Pieces that are not sent after all: its buyer changed their mind in time, its store cannot send, or did not."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from functions.orders import events
from functions.orders.model.addresses import AddressDiffers, DeliveryAddress, SentTo
from functions.orders.model.fulfilment import NothingToSend
from functions.orders.model.names import Reason
from functions.orders.model.orders import Kept, NothingIsSent, SellerOrder, SentAlready
from functions.orders.model.refunds import Cause, WorkBegun
from functions.orders.rules import lines, progress, refunds, states
from functions.orders.rules import orders as rules
from functions.orders.rules.due import Windows
from functions.orders.rules.progress import Step
from kernel.money import Money

Whose = Literal["by_buyer", "by_seller", "not_sent", "operator"]
REASONS: Mapping[Whose, Reason] = {
    "by_buyer": "by_buyer",
    "by_seller": "by_seller",
    "not_sent": "not_sent",
    "operator": "refunded",
}


def check_before_work(part: SellerOrder) -> None:
    if part.state != "confirmed":
        raise WorkBegun()


def unsent(part: SellerOrder, asked: Mapping[str, int] | None) -> dict[str, int]:
    """What was named, or all that is neither sent nor cancelled."""
    if asked is not None:
        return dict(asked)
    return {line.line_id: lines.left(line) for line in part.lines if lines.left(line)}


def cancelled(
    kept: Kept,
    part: SellerOrder,
    asked: Mapping[str, int] | None,
    whose: Whose,
    refund_id: str,
    windows: Windows,
    now: datetime,
) -> Step:
    """Those pieces are never sent, their money goes back, and they can be sold again. All of it in one."""
    progress.check_alive(part)
    pieces = unsent(part, asked)
    if not pieces:
        raise NothingToSend("All of it is sent or cancelled already.")
    return _step(kept, part, lines.cancelled(part, pieces), pieces, whose, refund_id, windows, now)


def called_back(kept: Kept, part: SellerOrder, refund_id: str, windows: Windows, now: datetime) -> Step:
    """All that is left of what was paid goes back, sent or not: a person of Metco's decided so."""
    pieces = unsent(part, None)
    after = lines.cancelled(part, pieces)
    return _step(kept, part, after, pieces, "operator", refund_id, windows, now, refunds.all_left(part))


def _step(
    kept: Kept,
    part: SellerOrder,
    after: SellerOrder,
    pieces: Mapping[str, int],
    whose: Whose,
    refund_id: str,
    windows: Windows,
    now: datetime,
    amounts: Mapping[str, Money] | None = None,
) -> Step:
    cause: Cause = whose
    amounts = refunds.of_pieces(after) if amounts is None else amounts
    pairs = zip(part.lines, after.lines, strict=True)
    after, restock = refunds.shelved(after, {line.line_id: refunds.never_lost(was, line) for was, line in pairs})
    refund = refunds.asked(part, refund_id, cause, amounts, now, pieces=pieces, restock=restock)
    onward, told = progress.onward(refunds.noted(after, amounts), windows, now, reason=REASONS[whose])
    said = [refunds.told_asked(part, refund), *told]
    if pieces:
        over = onward.state == "cancelled"
        said.insert(0, events.LinesCancelled(**progress.of_part(part), lines=dict(pieces), cause=cause, whole=over))
    if _over(kept, onward):
        said.append(rules.told_cancelled(kept, REASONS[whose]))
    return Step(onward, told=said, refunds=[refund])


def _over(kept: Kept, after: SellerOrder) -> bool:
    each = [after.state if one.seller_order_id == after.seller_order_id else one.state for one in kept.parts]
    return states.of_whole(kept.order.state, each) == "cancelled" != kept.order.state


# Where it goes


def check_address(kept: Kept, given: SentTo) -> DeliveryAddress:
    """Shipping and tax were reckoned for a place; a label may be on a parcel already."""
    if kept.order.state not in ("confirmed", "processing"):
        raise SentAlready()
    if not kept.address:
        raise NothingIsSent()
    if any(line.sent for part in kept.parts for line in part.lines if line.kind in lines.SENT_KINDS):
        raise SentAlready()
    if any(parcel.state != "void" for parcel in kept.parcels):
        raise SentAlready("A label is made for it already. Ask its store.")
    for name in ("country", "region", "postcode"):
        if _plain(getattr(kept.address, name)) != _plain(getattr(given, name)):
            raise AddressDiffers("Shipping and tax were reckoned for another place. Cancel it, and order again.")
    return DeliveryAddress(**given.model_dump())


def _plain(word: str) -> str:
    return "".join(word.split()).casefold()
