"""Reservations in their table: taken in one transaction, and given back or sold in one."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.inventory import events
from functions.inventory.model.names import ReservationState
from functions.inventory.model.reservations import (
    BasketTooScattered,
    Line,
    NoSuchReservation,
    NothingReserved,
    OutOfStock,
    Reservation,
    ReserveStock,
    TakenMeanwhile,
    Taking,
)
from functions.inventory.rules import reservations as rules
from functions.inventory.rules import shards as sharding
from functions.inventory.rules.takings import Scene, plan
from functions.inventory.store.rows import (
    BUCKETS,
    Key,
    due,
    due_pk,
    moved,
    movement_row,
    not_due,
    shard_change,
    shard_key,
)
from functions.inventory.store.scenes import scenes
from functions.inventory.store.shards import shards
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.table import Change, Item, Table, put

TRIES = 25  # each lost to somebody who got something: among so many, the workflow comes again
DUE = "RESERVATION"
SWEPT_AT_ONCE = 50


class Reservations:
    def __init__(self) -> None:
        self._table = Table()

    def reserve(self, asked: ReserveStock) -> Reservation:
        """All lines or none, once for an order. Who loses a shard to a rival looks again and takes what is left."""
        lines = rules.merged(asked.lines)
        reservation_id = rules.reservation_id(asked.order_id)
        before: Scene | None = None
        for _ in range(TRIES):
            scene = scenes().read([line.item for line in lines])
            try:
                takings = plan(scene, lines, reservation_id)
            except BasketTooScattered:
                if kept := self._already(reservation_id, lines):
                    return kept
                raise
            except OutOfStock:
                if kept := self._already(reservation_id, lines):
                    return kept
                if before and before.stamps == scene.stamps:
                    raise  # what was read twice unchanged was so at one moment: nothing was on its way between shards
                before = scene
                continue
            made = rules.made(asked.order_id, lines, takings, asked.hold_s, clock.now())
            with suppress(TakenMeanwhile):
                self._take(made)
                return made
            if kept := self._already(reservation_id, lines):
                return kept
        raise Unavailable("Too many want the same things at this moment. Try again.")

    def end(self, order_id: str, how: ReservationState) -> Reservation:
        """Commit or release, each once, and neither after the other."""
        reservation_id = rules.reservation_id(order_id)
        for _ in range(TRIES):
            kept = self.find(reservation_id)
            if not kept and how == "committed":
                raise NothingReserved()
            with suppress(TakenMeanwhile):
                return self._finish(kept, how) if kept else self._bury(order_id)
        raise Unavailable("This reservation is being changed again and again. Try again.")

    def extend(self, order_id: str, hold_s: int) -> Reservation:
        for _ in range(TRIES):
            kept = self.find(rules.reservation_id(order_id))
            if not kept:
                raise NothingReserved()
            longer = rules.extended(kept, hold_s, clock.now())
            if not longer:
                return kept
            with suppress(TakenMeanwhile):
                self._table.commit(
                    [
                        _kept(longer).when(version=kept.version).otherwise(TakenMeanwhile()),
                        not_due(DUE, kept.due_at, kept.reservation_id),
                        due(DUE, longer.due_at, longer.reservation_id),
                    ]
                )
                return longer
        raise Unavailable("This reservation is being changed again and again. Try again.")

    def ask(self, reservation_id: str) -> bool:
        """Its time is over, but it may be paid by now: nothing goes back before orders has said what became of it."""
        kept, now = self.find(reservation_id), clock.now()
        after = rules.asked(kept, now) if kept else None
        if not kept or not after:
            return False
        told = events.ReservationOverdue(order_id=kept.order_id, reservation_id=reservation_id)
        with suppress(TakenMeanwhile):
            self._table.commit(
                [
                    _kept(after).when(version=kept.version).otherwise(TakenMeanwhile()),
                    not_due(DUE, kept.due_at, reservation_id),
                    due(DUE, after.due_at, reservation_id),
                ],
                [Event(told, reservation_id, after.version)],
            )
            return True
        return False

    def final(self, order_id: str, *, paid: bool) -> bool:
        """Orders says what became of it. What still has time is left alone: it is asked about when that is over."""
        kept = self.find(rules.reservation_id(order_id))
        if not kept or kept.state != "reserved":
            return False
        if paid:
            return self.end(order_id, "committed").state == "committed"
        return self.expire(kept.reservation_id)

    def expire(self, reservation_id: str) -> bool:
        """If it is still due at this moment; whoever extended or paid in between was faster."""
        kept = self.find(reservation_id)
        if not kept or not rules.overdue(kept, clock.now()):
            return False
        with suppress(TakenMeanwhile):
            self._finish(kept, "expired")
            return True
        return False

    def overdue(self, now: datetime) -> Iterator[str]:
        for bucket in range(BUCKETS):
            page = self._table.query(due_pk(DUE, bucket), before=clock.rfc3339(now), limit=SWEPT_AT_ONCE)
            yield from (row["subject"] for row in page.items)

    def find(self, reservation_id: str) -> Reservation | None:
        row = self._table.get(f"RESERVATION#{reservation_id}", "-")
        return Reservation.model_validate(row) if row else None

    def reservation(self, reservation_id: str) -> Reservation:
        found = self.find(reservation_id)
        if not found:
            raise NoSuchReservation()
        return found

    def _already(self, reservation_id: str, lines: Sequence[Line]) -> Reservation | None:
        """Looked for only when something is in the way: most are new, and that is a condition of the transaction."""
        kept = self.find(reservation_id)
        if kept:
            rules.check_same(kept, lines)
        return kept

    def _take(self, made: Reservation) -> None:
        contested = self._table.commit(
            [
                _kept(made).absent().otherwise(TakenMeanwhile()),
                due(DUE, made.expires_at, made.reservation_id),
                *(_of_shard(taking, left=-1, reserved=1) for taking in made.takings),
                *(movement_row(*one) for one in rules.movements(made, "reserved", clock.now())),
            ],
            [moved(rules.items_of(made.takings), made.reservation_id, made.version)] if made.takings else [],
        )
        self._divide(made, contested)

    def _divide(self, made: Reservation, contested: list[Key]) -> None:
        """Where so many came at once, the next ones shall meet less often. If it does not succeed, nothing is lost."""
        met = Counter(contested)
        for taking in made.takings:
            if met[shard_key(taking.item, taking.location_id, taking.shard)] >= sharding.CONTESTED:
                with suppress(Conflict, Unavailable):
                    shards().divide(taking.item, taking.location_id, taking.shard)

    def _finish(self, kept: Reservation, how: ReservationState) -> Reservation:
        after = rules.ended(kept, how)
        if not after:
            return kept
        kind, back = rules.ENDS[how]
        self._table.commit(
            [
                _kept(after).when(version=kept.version, state="reserved").otherwise(TakenMeanwhile()),
                not_due(DUE, kept.due_at, kept.reservation_id),
                *(_of_shard(taking, left=1 if back else 0, reserved=-1) for taking in kept.takings),
                *(movement_row(*one) for one in rules.movements(kept, kind, clock.now())),
            ],
            [moved(rules.items_of(kept.takings), kept.reservation_id, after.version)] if back and kept.takings else [],
        )
        return after

    def _bury(self, order_id: str) -> Reservation:
        over = rules.tombstone(order_id, clock.now())
        self._table.commit([_kept(over).absent().otherwise(TakenMeanwhile())])
        return over


@cache
def reservations() -> Reservations:
    return Reservations()


def _kept(reservation: Reservation) -> Change:
    row: Item = reservation.model_dump(mode="json")
    return put({"pk": f"RESERVATION#{reservation.reservation_id}", "sk": "-", **row})


def _of_shard(taking: Taking, *, left: int, reserved: int) -> Change:
    units = taking.quantity
    return shard_change(taking.item, taking.location_id, taking.shard, left=left * units, reserved=reserved * units)
