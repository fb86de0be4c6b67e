"""Goods that come back, in their table: beside the reservation they were sold by, once for each cause."""

from contextlib import suppress
from functools import cache

from functions.inventory.model.items import Shard, StockChangedMeanwhile
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import Reservation, TakenMeanwhile
from functions.inventory.model.returns import Returned, TakeBack
from functions.inventory.rules import returns as rules
from functions.inventory.rules.items import spread
from functions.inventory.rules.reservations import merged, reservation_id
from functions.inventory.rules.takings import Scene
from functions.inventory.store.rows import Key, item_change, moved, movement_row, new_shard, shard_change
from functions.inventory.store.scenes import scenes
from kernel import clock
from kernel.errors import Unavailable
from kernel.table import Change, Table, put

TRIES = 25


class Returns:
    def __init__(self) -> None:
        self._table = Table()

    def take_back(self, asked: TakeBack) -> int:
        """How many units went back. Asked again for the same cause, the answer is the same and nothing moves."""
        lines = merged(asked.lines)
        for _ in range(TRIES):
            sold = self._sold([*asked.instead, asked.order_id])
            before = rules.back_before(sold, asked.reference)
            if before is not None or not sold or not lines:
                return before or 0
            scene = scenes().read([line.item for line in lines])
            after = rules.coming(scene, lines, sold, asked.reference)
            with suppress(TakenMeanwhile, StockChangedMeanwhile):
                return self._put_back(scene, after, asked.reference)
        raise Unavailable("Too many want the same things at this moment. Try again.")

    def _sold(self, order_ids: list[str]) -> list[rules.Sold]:
        """What was never sold by a reservation has nowhere to come back from; what is just being sold, not yet."""
        wanted = [reservation_id(order_id) for order_id in dict.fromkeys(order_ids)]
        rows = self._table.get_many([key for one in wanted for key in ((_pk(one), "-"), back_key(one))])
        kept = [Reservation.model_validate(rows[_pk(one), "-"]) for one in wanted if (_pk(one), "-") in rows]
        if any(one.state == "reserved" for one in kept):
            raise Unavailable("This is just being sold. Try again.")
        return [
            (one, Returned.model_validate(rows.get(back_key(one.reservation_id), _none(one))))
            for one in kept
            if one.state == "committed"
        ]

    def _put_back(self, scene: Scene, after: list[Returned], reference: str) -> int:
        now, changes, items, units = clock.now(), list[Change](), dict[ItemId, None](), 0
        together = rules.by_place(taking for one in after for taking in one.items[-1].takings)
        for returned in after:
            came = rules.by_place(returned.items[-1].takings)
            changes.append(_kept(returned))
            changes += [movement_row(*one) for one in rules.movements(came, returned.reservation_id, reference, now)]
        for (item, location_id, number), more in together.items():
            changes += _come(scene, item, location_id, number, more)
            items[item], units = None, units + more
        self._table.commit(changes, [moved(list(items), reference, 1)] if items else [])
        return units


@cache
def returns() -> Returns:
    return Returns()


def back_key(reservation_id: str) -> Key:
    return _pk(reservation_id), "BACK"


def _come(scene: Scene, item: ItemId, location_id: str, number: int, units: int) -> list[Change]:
    """To a shard that is there, or to the first one of a location where none of it lay."""
    kept = scene.item(item)
    if kept.places.get(location_id):
        return [shard_change(item, location_id, number, left=units)]
    born = new_shard(Shard(item, location_id, 0, units))
    return [item_change(kept, spread(kept, location_id, 1)), born]


def _kept(after: Returned) -> Change:
    pk, sk = back_key(after.reservation_id)
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json")})
    guarded = change.when(version=after.version - 1) if after.version > 1 else change.absent()
    return guarded.otherwise(TakenMeanwhile())


def _pk(reservation_id: str) -> str:
    return f"RESERVATION#{reservation_id}"


def _none(kept: Reservation) -> dict[str, str]:
    return {"reservation_id": kept.reservation_id}
