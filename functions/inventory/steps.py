"""Inventory's part in a checkout: reserve everything or nothing, sell it, give it back; and take back what was sold."""

from functions.inventory.model.reservations import (
    Done,
    ExtendReservation,
    OutOfStock,
    RefusedShort,
    Reservation,
    ReservationOf,
    ReserveStock,
)
from functions.inventory.model.returns import TakeBack, TakenBack
from functions.inventory.store.reservations import reservations
from functions.inventory.store.returns import returns
from kernel import log
from kernel.tasks import Outcome, Tasks

tasks = Tasks("inventory")
handler = tasks.handler


@tasks.task("reserve", ReserveStock)
def reserve_stock(asked: ReserveStock) -> Outcome:
    try:
        made = reservations().reserve(asked)
    except OutOfStock as refusal:
        log.count("reservations_short_total")
        return RefusedShort(code=refusal.code, detail=refusal.detail, short=refusal.short)
    log.count("reservations_total")
    return _done(made)


@tasks.task("commit", ReservationOf)
def commit_reservation(asked: ReservationOf) -> Outcome:
    return _done(reservations().end(asked.order_id, "committed"))


@tasks.task("release", ReservationOf)
def release_reservation(asked: ReservationOf) -> Outcome:
    return _done(reservations().end(asked.order_id, "released"))


@tasks.task("extend", ExtendReservation)
def extend_reservation(asked: ExtendReservation) -> Outcome:
    return _done(reservations().extend(asked.order_id, asked.hold_s))


@tasks.task("take_back", TakeBack)
def take_back(asked: TakeBack) -> Outcome:
    """Sold and not kept: it can be sold again. Whatever cannot come back any more is no reason to stop a refund."""
    return TakenBack(units=returns().take_back(asked))


def _done(kept: Reservation) -> Done:
    """Whatever expired is released, as far as a workflow is concerned."""
    outcome = "released" if kept.state == "expired" else kept.state
    return Done(outcome=outcome, reservation_id=kept.reservation_id, expires_at=kept.expires_at)
