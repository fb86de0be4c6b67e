"""The life of a reservation: reserved, then committed, released or expired, each once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.inventory.model.movements import Movement
from functions.inventory.model.names import ItemId, MovementKind, ReservationState
from functions.inventory.model.reservations import (
    AlreadySold,
    Line,
    NoSuchReservation,
    Reservation,
    ReservationOver,
    ReservedOtherwise,
    Taking,
)
from kernel import ids

# What each end means for the units that were taken: what goes back to be sold, and how the books call it.
ENDS: dict[ReservationState, tuple[MovementKind, bool]] = {
    "committed": ("sold", False),
    "released": ("released", True),
    "expired": ("released", True),
}

ASK_AGAIN = timedelta(minutes=10)


def reservation_id(order_id: str) -> str:
    """Whatever is repeated for an order meets the same reservation."""
    return ids.derived_id("rsv", order_id)


def merged(lines: Sequence[Line]) -> list[Line]:
    """A variant that is named twice is one line."""
    sums: dict[ItemId, int] = {}
    for line in lines:
        sums[line.item] = sums.get(line.item, 0) + line.quantity
    return [
        Line(store_id=item.store_id, variant_id=item.variant_id, quantity=quantity) for item, quantity in sums.items()
    ]


def made(order_id: str, lines: Sequence[Line], takings: Sequence[Taking], hold_s: int, now: datetime) -> Reservation:
    return Reservation(
        reservation_id=reservation_id(order_id),
        order_id=order_id,
        state="reserved",
        expires_at=_milliseconds(now + timedelta(seconds=hold_s)),
        lines=list(lines),
        takings=list(takings),
    )


def tombstone(order_id: str, now: datetime) -> Reservation:
    """Released before it was ever made: whoever comes late with the order finds it over."""
    at = _milliseconds(now)
    return Reservation(
        reservation_id=reservation_id(order_id),
        order_id=order_id,
        state="released",
        expires_at=at,
        lines=[],
        takings=[],
    )


def check_same(kept: Reservation, lines: Sequence[Line]) -> None:
    """Asked again, the answer is the same; asked for something else, or too late, it is a refusal."""
    if kept.state in ("released", "expired"):
        raise ReservationOver()
    if kept.lines != list(lines):
        raise ReservedOtherwise()


def ended(kept: Reservation, how: ReservationState) -> Reservation | None:
    """In its end state; None, if it ended like that already."""
    over = {"released", "expired"}
    if kept.state == how or {kept.state, how} == over:
        return None
    if kept.state == "committed":
        raise AlreadySold()
    if kept.state in over:
        raise ReservationOver()
    return kept.model_copy(update={"state": how, "version": kept.version + 1})


def extended(kept: Reservation, hold_s: int, now: datetime) -> Reservation | None:
    """Held for longer, never shorter; None, if there is nothing to change."""
    if kept.state == "committed":
        raise AlreadySold()
    if kept.state != "reserved":
        raise ReservationOver()
    until = _milliseconds(now + timedelta(seconds=hold_s))
    if until <= kept.expires_at:
        return None
    return kept.model_copy(update={"expires_at": until, "ask_at": None, "version": kept.version + 1})


def asked(kept: Reservation, now: datetime) -> Reservation | None:
    """Its time is over, and orders is asked; None, if it is not, or was asked just now."""
    if not overdue(kept, now) or kept.due_at > now:
        return None
    return kept.model_copy(update={"ask_at": _milliseconds(now + ASK_AGAIN), "version": kept.version + 1})


def overdue(kept: Reservation, now: datetime) -> bool:
    return kept.state == "reserved" and kept.expires_at <= now


def movements(kept: Reservation, kind: MovementKind, now: datetime) -> list[tuple[Movement, int]]:
    """One for each shard that was taken from, with the shard's number. Their ids are derived: none is written twice."""
    signs = {"reserved": (-1, 1), "released": (1, -1), "sold": (0, -1)}
    available, reserved = signs[kind]
    return [
        (
            Movement(
                movement_id=ids.derived_id(
                    "mov", kept.reservation_id, kind, *taking.item, taking.location_id, str(taking.shard)
                ),
                kind=kind,
                store_id=taking.store_id,
                variant_id=taking.variant_id,
                location_id=taking.location_id,
                available=available * taking.quantity,
                reserved=reserved * taking.quantity,
                reservation_id=kept.reservation_id,
                moved_at=now,
            ),
            taking.shard,
        )
        for taking in kept.takings
    ]


def of_store(kept: Reservation, store_id: str) -> Reservation:
    """What one store may see of it; nothing, if nothing of it is theirs."""
    lines = [line for line in kept.lines if line.store_id == store_id]
    if not lines:
        raise NoSuchReservation()
    takings = [taking for taking in kept.takings if taking.store_id == store_id]
    return kept.model_copy(update={"lines": lines, "takings": takings})


def items_of(takings: Sequence[Taking]) -> list[ItemId]:
    return list(dict.fromkeys(taking.item for taking in takings))


def _milliseconds(moment: datetime) -> datetime:
    """As it is kept, so that what is read equals what was written."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
