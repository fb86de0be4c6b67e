"""Returns: whether pieces may come back, from which state to which, and what follows when they are inspected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.orders import events
from functions.orders.model.orders import Kept, OrderLine, SellerOrder
from functions.orders.model.refunds import Restock, StockLine
from functions.orders.model.returns import (
    Answered,
    Inspection,
    InspectionInvalid,
    NotReturnable,
    Payer,
    Return,
    ReturnMove,
    ReturnNotThere,
    ReturnPlanned,
    ReturnRequest,
    ReturnsNotAccepted,
    ReturnState,
    ReturnWindowOver,
    TakesBack,
    Terms,
    ToDo,
    TooManyReturns,
)
from functions.orders.rules import lines, progress, refunds
from functions.orders.rules.due import Windows
from functions.orders.rules.progress import Step, of_part
from kernel import ids
from kernel.events import Data

RETURN: Mapping[tuple[ReturnState, ReturnMove], ReturnState] = {
    ("opening", "open"): "requested",
    ("opening", "refuse"): "closed",
    ("requested", "approve"): "approved",
    ("requested", "reject"): "rejected",
    ("requested", "withdraw"): "withdrawn",
    ("approved", "send"): "sent",
    ("approved", "receive"): "received",  # nobody had said that it was sent
    ("approved", "withdraw"): "withdrawn",
    ("approved", "close"): "closed",  # it was never sent
    ("sent", "receive"): "received",
    ("received", "inspect"): "inspected",
    ("received", "close"): "closed",  # nothing of it is as it should be
    ("inspected", "refund"): "refunded",
    ("inspected", "exchange"): "exchanged",
}
OPEN: tuple[ReturnState, ...] = ("opening", "requested", "approved", "sent", "received", "inspected")
TO_CLOSE: tuple[ReturnState, ...] = ("rejected", "withdrawn", "closed")
MOST_OPEN = 10  # the books keep a sale back for at most twenty reasons
FAULTS = ("not_as_described", "damaged", "wrong_item")
FAULT_DAYS = 14  # at least, whatever a store's own rules are


@dataclass(frozen=True, slots=True)
class ReturnWindows:
    """How long each side has: an operator's settings."""

    answer_s: int = 3 * 86_400  # no answer is a yes
    send_s: int = 14 * 86_400  # what is not sent by then stays with its buyer
    arrive_s: int = 14 * 86_400  # then a person looks where it is
    inspect_s: int = 5 * 86_400  # what nobody objects to is as it should be

    def due(self, state: ReturnState, now: datetime) -> datetime | None:
        waits = {
            "requested": self.answer_s,
            "approved": self.send_s,
            "sent": self.arrive_s,
            "received": self.inspect_s,
        }
        return now + timedelta(seconds=waits[state]) if state in waits else None


UNTOLD = TakesBack(days=FAULT_DAYS, way_paid_by="buyer")  # of a store that says nothing


def takes_back(told: Terms) -> TakesBack:
    return TakesBack(days=told.window_days if told.accepted else 0, way_paid_by=told.return_shipping_paid_by)


# Asking for it


def requested(
    kept: Kept, part: SellerOrder, asked: ReturnRequest, terms: TakesBack, return_id: str, now: datetime
) -> Step:
    check_window(asked, terms, _there_since(kept, part, asked), now)
    open_now = [one for one in kept.returns if one.seller_order_id == part.seller_order_id and one.state in OPEN]
    if len(open_now) >= MOST_OPEN:
        raise TooManyReturns()
    _check_pieces(part, asked, open_now)
    payer: Payer = "store" if asked.why in FAULTS else terms.way_paid_by
    made = Return(
        return_id=return_id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        way_paid_by=payer,
        asked_at=now,
        **asked.model_dump(),
    )
    return Step(part, returns=[made], told=[told(part, made)])


def check_window(asked: ReturnRequest, terms: TakesBack, since: datetime | None, now: datetime) -> None:
    """Something wrong may be said for a time by whatever rules."""
    days = max(terms.days, FAULT_DAYS if asked.why in FAULTS else 0)
    if not days:
        raise ReturnsNotAccepted()
    if since and now > since + timedelta(days=days):
        raise ReturnWindowOver()


def _there_since(kept: Kept, part: SellerOrder, asked: ReturnRequest) -> datetime | None:
    """When all of the part was delivered. For no more pieces than came in exchange: when those were."""
    instead = {line.line_id: sum(one.quantity for one in line.replaced) for line in part.lines}
    if not part.delivered_at or not _within(asked.lines, instead):
        return part.delivered_at
    parcels = kept.parcels_of(part.seller_order_id)
    came = (one.delivered_at for one in parcels if one.delivered_at and set(one.lines) & set(asked.lines))
    return max((part.delivered_at, *came))


def _check_pieces(part: SellerOrder, asked: ReturnRequest, open_now: Sequence[Return]) -> None:
    """With the buyer, and not on their way back already."""
    there = {line.line_id: line for line in part.lines if line.kind in lines.SENT_KINDS}
    if not set(asked.variants) <= set(asked.lines):
        raise NotReturnable("Only of lines that come back there is something in exchange.")
    for line_id, some in asked.lines.items():
        coming = sum(one.lines.get(line_id, 0) for one in open_now)
        if line_id not in there or some > there[line_id].delivered - there[line_id].returned - coming:
            raise NotReturnable()


# What becomes of it


def moved(
    part: SellerOrder, one: Return, move: ReturnMove, windows: ReturnWindows, now: datetime, **said: Any
) -> Step | None:
    """None: it is past that."""
    if (one.state, move) not in RETURN:
        return None
    after = _next(one, move, windows, now, **said)
    return Step(part, returns=[after], told=[told(part, after)])


def check_move(one: Return, move: ReturnMove) -> None:
    """A person who says what cannot be is told so."""
    if (one.state, move) not in RETURN:
        raise ReturnNotThere(f"A return that is {one.state} cannot be changed so.")


def opened(part: SellerOrder, one: Return, froze: Answered, windows: ReturnWindows, now: datetime) -> Step | None:
    """Once its freeze is in the books; or there is nothing to freeze any more, as the store has its money."""
    if froze.outcome == "frozen":
        return moved(part, one, "open", windows, now, frozen=True)
    if froze.code == "sale_released_already":
        return moved(part, one, "open", windows, now)
    return moved(part, one, "refuse", windows, now, reason=froze.code)


def inspected(
    part: SellerOrder, one: Return, seen: Inspection, refund_id: str, windows: ReturnWindows, now: datetime
) -> Step:
    """What is as it should be is paid back, or replaced; what is not, its buyer keeps or fetches."""
    check_move(one, "inspect")
    accepted = _some(one.lines if seen.accepted is None else seen.accepted)
    shelf = _some(accepted if seen.to_shelf is None else seen.to_shelf)
    if not _within(accepted, one.lines) or not _within(shelf, accepted):
        raise InspectionInvalid()
    if not accepted:
        after = _next(one, "close", windows, now, reason="not_accepted")
        return Step(part, returns=[after], told=[told(part, after)])
    found = _next(one, "inspect", windows, now, accepted=accepted, to_shelf=shelf)
    if one.wanted == "exchange":
        return Step(part, returns=[found], told=[told(part, found)])
    return paid_back(part, found, refund_id, now)


def paid_back(part: SellerOrder, found: Return, refund_id: str, now: datetime) -> Step:
    after = lines.returned(part, found.accepted)
    amounts = refunds.of_pieces(after)
    spoilt = {line_id: some - found.to_shelf.get(line_id, 0) for line_id, some in found.accepted.items()}
    after, _ = refunds.shelved(after, spoilt)
    after, restock = refunds.shelved(after, found.to_shelf)
    refund = refunds.asked(
        part,
        refund_id,
        "returned",
        amounts,
        now,
        pieces=found.accepted,
        restock=restock,
        return_id=found.return_id,
    )
    back = found.model_copy(update={"refund_id": refund_id})
    said = [told(part, back), refunds.told_asked(part, refund)]
    return Step(refunds.noted(after, amounts), returns=[back], refunds=[refund], told=said)


def exchanged(
    part: SellerOrder,
    one: Return,
    reserved: Answered,
    refund_id: str,
    windows: ReturnWindows,
    sending: Windows,
    now: datetime,
) -> Step | None:
    """Pieces that stand in for those that came back are to be sent. None left: the money goes back instead."""
    if one.state != "inspected" or one.refund_id:
        return None
    if reserved.outcome == "refused":
        instead = one.model_copy(update={"wanted": "refund", "reason": reserved.code, "version": one.version + 1})
        return paid_back(part, instead, refund_id, now)
    after, _ = refunds.shelved(part, one.accepted)
    again = after.model_copy(update={"lines": [_again(line, one) for line in after.lines]})
    done = _next(one, "exchange", windows, now)
    onward, more = progress.onward(again, sending, now)
    return Step(onward, returns=[done], told=[told(part, done), *more])


def left_to_person(part: SellerOrder, one: Return) -> Step:
    """A person is to look where it is, and was told."""
    return Step(part, returns=[one.model_copy(update={"due_at": None, "version": one.version + 1})])


def waited_for(part: SellerOrder, one: Return, windows: ReturnWindows, now: datetime) -> Step | None:
    """Once more. None: it is past that."""
    if one.state != "sent":
        return None
    return Step(part, returns=[one.model_copy(update={"due_at": windows.due("sent", now), "version": one.version + 1})])


def given_back(one: Return, windows: ReturnWindows, now: datetime) -> Return | None:
    """Its refund is carried out."""
    return _next(one, "refund", windows, now) if (one.state, "refund") in RETURN else None


def _again(line: OrderLine, one: Return) -> OrderLine:
    """As if they had never been sent; the seller's way of counting stays the same for them."""
    some = one.accepted.get(line.line_id, 0)
    if not some:
        return line
    variant = one.variants.get(line.line_id, line.variant_id)
    replaced = [*line.replaced, Restock(variant_id=variant, quantity=some, sold_by=reserved_by(one))]
    counts = {"sent": line.sent - some, "delivered": line.delivered - some}
    return line.model_copy(update={**counts, "replaced": replaced})


def _next(one: Return, move: ReturnMove, windows: ReturnWindows, now: datetime, **said: Any) -> Return:
    state = RETURN[one.state, move]
    ended = None if state in OPEN else now
    changed = {"state": state, "due_at": windows.due(state, now), "ended_at": ended, "version": one.version + 1}
    return one.model_copy(update={**said, **changed})


def told(part: SellerOrder, one: Return) -> Data:
    said = {name: getattr(one, name) for name in ("return_id", "state", "lines", "why", "wanted", "accepted")}
    return events.ReturnMoved(**of_part(part), **said)


# What its workflow asks of others


def reserved_by(one: Return) -> str:
    """Inventory reserves for orders: what goes out in exchange has the name of one."""
    return ids.derived_id("ord", one.return_id)


def plan(kept: Kept, one: Return) -> ReturnPlanned:
    part = kept.part(one.seller_order_id)
    _, back = refunds.shelved(part, one.to_shelf)
    variants = {line.line_id: one.variants.get(line.line_id, line.variant_id) for line in part.lines}
    again = [(variants[line_id], some) for line_id, some in one.accepted.items()]
    return ReturnPlanned(
        outcome=to_do(one),
        order_id=kept.order.order_id,
        return_id=one.return_id,
        seller_order_id=part.seller_order_id,
        frozen=one.frozen,
        reserved_by=reserved_by(one),
        again=[_stock(part, variant_id, some) for variant_id, some in again],
        back=[_stock(part, piece.variant_id, piece.quantity) for piece in back],
        instead=list(dict.fromkeys(piece.sold_by for piece in back if piece.sold_by)),
    )


def to_do(one: Return) -> ToDo:
    """What a workflow has to do for it as it is."""
    if one.state == "opening":
        return "open"
    if one.state == "inspected" and one.wanted == "exchange" and not one.refund_id:
        return "exchange"
    return "close" if one.frozen and one.state in (*TO_CLOSE, "exchanged") else "over"


def _stock(part: SellerOrder, variant_id: str, some: int) -> StockLine:
    return StockLine(store_id=part.store_id, variant_id=variant_id, quantity=some)


def _some(pieces: Mapping[str, int]) -> dict[str, int]:
    return {line_id: some for line_id, some in pieces.items() if some}


def _within(some: Mapping[str, int], all_of: Mapping[str, int]) -> bool:
    return all(count <= all_of.get(line_id, 0) for line_id, count in some.items())
