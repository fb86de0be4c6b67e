"""A store's lines, counted: what is left to send, what is under way, and what becomes of the counts."""

from collections.abc import Callable, Mapping

from functions.orders.model.fulfilment import NoSuchLine, NothingToSend, NotUnderWay
from functions.orders.model.orders import OrderLine, SellerOrder

SENT_KINDS = ("goods",)  # a file is granted, an appointment kept: neither goes into a parcel

Pieces = Mapping[str, int]  # by line


def left(line: OrderLine) -> int:
    """Neither sent nor cancelled."""
    return line.quantity - line.sent - line.cancelled


def to_send(part: SellerOrder) -> dict[str, int]:
    """What still has to go into a parcel."""
    return {line.line_id: left(line) for line in part.lines if line.kind in SENT_KINDS and left(line)}


def under_way(part: SellerOrder) -> dict[str, int]:
    return {line.line_id: line.sent - line.delivered for line in part.lines if line.sent > line.delivered}


def sent(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    return _counted(part, pieces, _sent)


def delivered(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    return _counted(part, pieces, _delivered)


def granted(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    """Sent and delivered at once: a file, an appointment that was kept."""
    return delivered(sent(part, pieces), pieces)


def cancelled(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    return _counted(part, pieces, _cancelled)


def returned(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    return _counted(part, pieces, _returned)


def lost(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    """To be sent again, from other stock, or cancelled."""
    return _counted(part, pieces, _lost)


def back(part: SellerOrder, pieces: Pieces) -> SellerOrder:
    """Nobody took them: they are with their store again, to be sent once more or cancelled."""
    return _counted(part, pieces, _back)


def _sent(line: OrderLine, some: int) -> OrderLine:
    if some > left(line):
        raise NothingToSend(f"Of line {line.line_id}, {left(line)} are left to send, not {some}.")
    return line.model_copy(update={"sent": line.sent + some})


def _cancelled(line: OrderLine, some: int) -> OrderLine:
    if some > left(line):
        raise NothingToSend(f"Of line {line.line_id}, {left(line)} are not sent yet, not {some}.")
    return line.model_copy(update={"cancelled": line.cancelled + some})


def _delivered(line: OrderLine, some: int) -> OrderLine:
    if some > line.sent - line.delivered:
        raise NotUnderWay(f"Of line {line.line_id}, {line.sent - line.delivered} are under way, not {some}.")
    return line.model_copy(update={"delivered": line.delivered + some})


def _returned(line: OrderLine, some: int) -> OrderLine:
    if some > line.delivered - line.returned:
        raise NotUnderWay(f"Of line {line.line_id}, {line.delivered - line.returned} can come back, not {some}.")
    return line.model_copy(update={"returned": line.returned + some})


def _back(line: OrderLine, some: int) -> OrderLine:
    if some > line.sent - line.delivered:
        raise NotUnderWay(f"Of line {line.line_id}, {line.sent - line.delivered} are under way, not {some}.")
    return line.model_copy(update={"sent": line.sent - some})


def _lost(line: OrderLine, some: int) -> OrderLine:
    return _back(line, some).model_copy(update={"lost": line.lost + some})


def _counted(part: SellerOrder, pieces: Pieces, count: Callable[[OrderLine, int], OrderLine]) -> SellerOrder:
    if unknown := sorted(set(pieces) - {line.line_id for line in part.lines}):
        raise NoSuchLine(f"This part of the order has no line {unknown[0]}.")
    lines = [count(line, pieces[line.line_id]) if line.line_id in pieces else line for line in part.lines]
    return part.model_copy(update={"lines": lines})
