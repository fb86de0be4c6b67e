"""What an order's goods go back to: to where they were taken from, and never more of them than was taken."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from functions.inventory.model.movements import Movement
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import Line, Reservation, Taking
from functions.inventory.model.returns import CameBack, Returned
from functions.inventory.rules.takings import Scene, demanded
from kernel import ids

Place = tuple[ItemId, str, int]
Sold = tuple[Reservation, Returned]


def back_before(sold: Sequence[Sold], reference: str) -> int | None:
    """How many units came back for this cause; None, if it was not asked before."""
    found = [one for _, returned in sold for one in returned.items if one.reference == reference]
    return sum(taking.quantity for one in found for taking in one.takings) if found else None


def coming(scene: Scene, lines: Sequence[Line], sold: Sequence[Sold], reference: str) -> list[Returned]:
    """Each reservation with what comes back of it now, at the places where it will lie."""
    wanted = demanded(scene, lines)
    after: list[Returned] = []
    for reservation, returned in sold:
        takings = list(_drawn(wanted, reservation, returned))
        housed = [_housed(scene, taking) for taking in takings]
        items = [*returned.items, CameBack(reference=reference, takings=housed)]
        after.append(returned.model_copy(update={"items": items, "version": returned.version + 1}))
    return after


def _drawn(wanted: dict[ItemId, int], reservation: Reservation, returned: Returned) -> Iterable[Taking]:
    """`wanted` is less by what is drawn. What there is left of a taking is told by item: places may have changed."""
    gone: dict[ItemId, int] = {}
    for back in (taking for one in returned.items for taking in one.takings):
        gone[back.item] = gone.get(back.item, 0) + back.quantity
    for taking in reservation.takings:
        before = min(gone.get(taking.item, 0), taking.quantity)
        gone[taking.item] = gone.get(taking.item, 0) - before
        units = min(wanted.get(taking.item, 0), taking.quantity - before)
        if units:
            wanted[taking.item] -= units
            yield taking.model_copy(update={"quantity": units})


def _housed(scene: Scene, taking: Taking) -> Taking:
    """Its shard may be gone by now. Its location is not: one that goods ever lay at stays."""
    shards = scene.item(taking.item).places.get(taking.location_id, 0)
    return taking if taking.shard < shards else taking.model_copy(update={"shard": 0})


def by_place(takings: Iterable[Taking]) -> dict[Place, int]:
    units: dict[Place, int] = {}
    for one in takings:
        place = one.item, one.location_id, one.shard
        units[place] = units.get(place, 0) + one.quantity
    return units


def movements(
    came: Mapping[Place, int], reservation_id: str, reference: str, now: datetime
) -> list[tuple[Movement, int]]:
    """One for each shard it comes to, with the shard's number. Their ids are derived: none is written twice."""
    return [
        (
            Movement(
                movement_id=ids.derived_id("mov", reservation_id, reference, *item, location_id, str(number)),
                kind="returned",
                store_id=item.store_id,
                variant_id=item.variant_id,
                location_id=location_id,
                available=units,
                reference=reference,
                reservation_id=reservation_id,
                moved_at=now,
            ),
            number,
        )
        for (item, location_id, number), units in came.items()
    ]
