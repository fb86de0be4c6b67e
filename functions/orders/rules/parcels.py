"""Parcels of a store's part: packed, handed over, under way, there; what goes astray is to be sent again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.orders import events
from functions.orders.model.fulfilment import NothingToSend, NotUnderWay, Received
from functions.orders.model.orders import NotFromThere, SellerOrder
from functions.orders.model.parcels import Move, Parcel, ParcelSentBy, ParcelState
from functions.orders.rules import lines, progress, states
from functions.orders.rules.due import Windows
from functions.orders.rules.lines import Pieces
from functions.orders.rules.progress import Step
from kernel.events import Data

TAKEN: tuple[ParcelState, ...] = ("sent", "under_way", "delivered")  # its pieces count as sent
ON_THE_WAY: tuple[ParcelState, ...] = ("sent", "under_way")


def pieces_of(part: SellerOrder, asked: Mapping[str, int] | None) -> dict[str, int]:
    """What a parcel is to hold: what was said, as far as it is left to send, or all that is left."""
    left = lines.to_send(part)
    wanted = dict(asked) if asked is not None else left
    if not wanted:
        raise NothingToSend()
    lines.sent(part, wanted)
    if kept := sorted(set(wanted) - set(left)):
        raise NothingToSend(f"Line {kept[0]} goes into no parcel.")
    return wanted


def sent(part: SellerOrder, parcel_id: str, asked: ParcelSentBy, windows: Windows, now: datetime) -> Step:
    """Packed and handed over at once, by a store that knows its carrier."""
    progress.check_alive(part)
    parcel = Parcel(
        parcel_id=parcel_id,
        seller_order_id=part.seller_order_id,
        store_id=part.store_id,
        lines=pieces_of(part, asked.lines),
        made_at=now,
        sent_at=now,
        **asked.model_dump(exclude={"lines"}),
    )
    after, told = progress.onward(lines.sent(part, parcel.lines), windows, now)
    return Step(after, [parcel], [told_sent(part, parcel), *told])


def moved(
    part: SellerOrder, parcel: Parcel, move: Move, windows: Windows, now: datetime, by: Received = "seller"
) -> Step | None:
    """News of it. None: that is known, or comes too late to matter. `by`: whoever says so."""
    if (parcel.state, move) not in states.PARCEL:
        return None
    state = states.PARCEL[parcel.state, move]
    after = parcel.model_copy(update=_dated(parcel, state, now, by) | {"state": state, "version": parcel.version + 1})
    counted, told = _counted(part, parcel, state), list[Data]()
    if state in TAKEN and parcel.state == "label":
        progress.check_alive(part)
        told.append(told_sent(part, after))
    if state != "sent":
        told.append(_told_moved(part, after))
    onward, more = progress.onward(counted, windows, now, by)
    return Step(onward, [after], [*told, *more])


def known(parcel: Parcel, move: Move) -> bool:
    """That was said before."""
    return parcel.state in {then for (_, said), then in states.PARCEL.items() if said == move}


def check_move(parcel: Parcel, move: Move) -> None:
    """A person who says what cannot be is told so; a carrier is not."""
    if (parcel.state, move) not in states.PARCEL:
        raise NotFromThere(f"A parcel that is {parcel.state} cannot {move.replace('_', ' ')}.")


def received(part: SellerOrder, parcels: list[Parcel], windows: Windows, now: datetime, by: Received) -> Step | None:
    """All that is under way has arrived: its buyer says so, or so much time has passed. None: that is known."""
    progress.check_paid(part)
    pieces = lines.under_way(part)
    if not pieces and part.state in ("delivered", "completed"):
        return None
    if not pieces:
        raise NotUnderWay()
    arrived = [
        parcel.model_copy(
            update=_dated(parcel, "delivered", now, by) | {"state": "delivered", "version": parcel.version + 1}
        )
        for parcel in parcels
        if parcel.state in ON_THE_WAY
    ]
    after, told = progress.onward(lines.delivered(part, pieces), windows, now, by)
    return Step(after, arrived, [*(_told_moved(part, parcel) for parcel in arrived), *told])


def granted(part: SellerOrder, pieces: Pieces, windows: Windows, now: datetime) -> Step | None:
    """Lines that go into no parcel are with their buyer. None: that is known."""
    left = {line.line_id: lines.left(line) for line in part.lines}
    new = {line_id: min(some, left.get(line_id, 0)) for line_id, some in pieces.items() if left.get(line_id, 0)}
    if not new or part.state not in progress.ALIVE:
        return None
    after, told = progress.onward(lines.granted(part, new), windows, now, "digital")
    return Step(after, told=told)


def _counted(part: SellerOrder, parcel: Parcel, state: ParcelState) -> SellerOrder:
    counted = lines.sent(part, parcel.lines) if parcel.state == "label" and state in TAKEN else part
    match state:
        case "delivered":
            return lines.delivered(counted, parcel.lines)
        case "lost":
            return lines.lost(counted, parcel.lines)
        case "back":
            return lines.back(counted, parcel.lines)
    return counted


def _dated(parcel: Parcel, state: ParcelState, now: datetime, by: Received) -> dict[str, Any]:
    dated: dict[str, Any] = {"moved_at": now}
    if state in TAKEN and not parcel.sent_at:
        dated["sent_at"] = now
    if state == "delivered":
        dated |= {"delivered_at": now, "received": by}
    return dated


def told_sent(part: SellerOrder, parcel: Parcel) -> Data:
    said = {name: getattr(parcel, name) for name in ("parcel_id", "carrier", "lines")}
    return events.ParcelSent(**progress.of_part(part), **said)


def _told_moved(part: SellerOrder, parcel: Parcel) -> Data:
    return events.ParcelMoved(**progress.of_part(part), parcel_id=parcel.parcel_id, state=parcel.state)
