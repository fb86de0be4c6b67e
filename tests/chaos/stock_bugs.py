"""Bugs planted in inventory: the ways in which stock goes wrong where many want the same thing at once."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any
from unittest.mock import patch

import functions.inventory.rules.levels
import functions.inventory.rules.listings
import functions.inventory.rules.reservations
import functions.inventory.rules.takings
import functions.inventory.store.levels
import functions.inventory.store.reservations
import functions.inventory.store.shards
import functions.inventory.store.stocks
from functions.inventory import events
from functions.inventory.model.items import StockItem
from functions.inventory.model.levels import Told, ToldMeanwhile
from functions.inventory.model.names import ItemId
from functions.inventory.model.reservations import OutOfStock, Reservation, TakenMeanwhile, Taking
from functions.inventory.store.levels import Levels
from functions.inventory.store.reservations import Reservations
from functions.inventory.store.rows import due, movement_row, not_due, shard_key
from functions.inventory.store.scenes import Scenes, scenes
from kernel import clock
from kernel.table import Change, Table, update
from tests.chaos.planting import Bugs, careless

BUGS = Bugs()
STORE, RULES = functions.inventory.store, functions.inventory.rules


def unguarded(*names: tuple[Any, str]) -> ExitStack:
    """These functions go on making their changes, without any condition."""
    stack = ExitStack()
    for module, name in names:
        original: Callable[..., Change] = getattr(module, name)
        stack.enter_context(patch.object(module, name, lambda *a, original=original, **n: careless(original(*a, **n))))
    return stack


def ended(self: Reservations, kept: Reservation, how: Any) -> Reservation:
    """To its end from wherever it is."""
    after = kept.model_copy(update={"state": how, "version": kept.version + 1})
    kind, back = RULES.reservations.ENDS[how]
    of_shard = STORE.reservations._of_shard
    self._table.commit(
        [
            STORE.reservations._kept(after).when(version=kept.version).otherwise(TakenMeanwhile()),
            *(of_shard(taking, left=1 if back else 0, reserved=-1) for taking in kept.takings),
            *(movement_row(*one) for one in RULES.reservations.movements(kept, kind, clock.now())),
        ]
    )
    return after


@BUGS
def read_modify_write() -> Iterator[None]:
    """What is left is read, reckoned with, and written back."""

    def planted(taking: Taking, *, left: int, reserved: int) -> Change:
        key = shard_key(taking.item, taking.location_id, taking.shard)
        row = Table().get(*key) or {"left": 0, "reserved": 0}
        after = {"left": row["left"] + left * taking.quantity, "reserved": row["reserved"] + reserved * taking.quantity}
        if min(after.values()) < 0:
            raise TakenMeanwhile()
        return update(*key).set(**after).exists().otherwise(TakenMeanwhile())

    with patch.object(STORE.reservations, "_of_shard", planted):
        yield


@BUGS
def missing_condition() -> Iterator[None]:
    """Who saw that there is enough takes it."""
    with unguarded((STORE.reservations, "_of_shard")):
        yield


@BUGS
def promised_goods_carried_away() -> Iterator[None]:
    """What a seller moves is not looked for again when it is written."""
    with unguarded((STORE.stocks, "_shifted")):
        yield


@BUGS
def limit_lowered_below_what_is_promised() -> Iterator[None]:
    """Backorders were taken meanwhile."""
    with unguarded((STORE.stocks, "_turned")):
        yield


@BUGS
def released_twice() -> Iterator[None]:
    """A release is a release, whatever became of the reservation."""
    finish = Reservations._finish

    def planted(self: Reservations, kept: Reservation, how: Any) -> Reservation:
        return ended(self, kept, how) if how == "released" else finish(self, kept, how)

    with patch.object(Reservations, "_finish", planted):
        yield


@BUGS
def committed_after_release() -> Iterator[None]:
    """Paid is paid, even if the goods went back."""
    finish = Reservations._finish

    def planted(self: Reservations, kept: Reservation, how: Any) -> Reservation:
        return ended(self, kept, how) if how == "committed" and kept.state != "committed" else finish(self, kept, how)

    with patch.object(Reservations, "_finish", planted):
        yield


@BUGS
def sold_goods_expire() -> Iterator[None]:
    """The sweep goes by its list, and does not look who has paid since it read it."""

    def planted(self: Reservations, reservation_id: str) -> bool:
        kept = self.find(reservation_id)
        return bool(kept and kept.takings and ended(self, kept, "expired"))

    with patch.object(Reservations, "expire", planted):
        yield


@BUGS
def extended_in_vain() -> Iterator[None]:
    """The sweep goes by its list, and does not look who got more time since it read it."""

    def at_once(kept: Any, now: Any) -> Any:
        return kept.model_copy(update={"ask_at": now, "version": kept.version + 1})

    with (
        patch.object(RULES.reservations, "overdue", lambda kept, now: kept.state == "reserved"),
        patch.object(RULES.reservations, "asked", at_once),
    ):
        yield


@BUGS
def nobody_remembers_the_end() -> Iterator[None]:
    """Held for longer, and never looked for again."""

    def planted(what: str, at: Any, subject: str, **said: str) -> Change:
        made = due(what, at, subject, **said)
        kept = Table().get(f"RESERVATION#{subject}", "-")
        return not_due(what, at, subject) if kept else made

    with patch.object(STORE.reservations, "due", planted):
        yield


@BUGS
def line_by_line() -> Iterator[None]:
    """A basket is reserved one taking after the other."""
    take = Reservations._take

    def planted(self: Reservations, made: Reservation) -> None:
        if len(made.takings) < 2:
            take(self, made)
            return
        take(self, made.model_copy(update={"takings": made.takings[:1]}))
        rest = made.model_copy(update={"takings": made.takings[1:]})
        self._table.commit(
            [
                STORE.reservations._kept(made),
                *(STORE.reservations._of_shard(taking, left=-1, reserved=1) for taking in rest.takings),
                *(movement_row(*one) for one in RULES.reservations.movements(rest, "reserved", clock.now())),
            ]
        )

    with patch.object(Reservations, "_take", planted):
        yield


@BUGS
def part_of_a_basket() -> Iterator[None]:
    """Better some of it than nothing."""
    plan = RULES.takings.plan

    def planted(scene: Any, lines: Sequence[Any], lot: str) -> list[Taking]:
        try:
            return plan(scene, lines, lot)
        except OutOfStock as refusal:
            short = {(one.store_id, one.variant_id) for one in refusal.short}
            rest = [line for line in lines if tuple(line.item) not in short]
            if not rest:
                raise
            return plan(scene, rest, lot)

    with patch.object(STORE.reservations, "plan", planted):
        yield


@BUGS
def half_a_bundle() -> Iterator[None]:
    """A set is its first part."""
    components = RULES.takings.components

    def planted(item: StockItem) -> dict[Any, int]:
        return dict(list(components(item).items())[:1])

    with patch.object(RULES.takings, "components", planted):
        yield


@BUGS
def refused_at_first_sight() -> Iterator[None]:
    """Shards are read one after the other, and something went from one to the other meanwhile."""

    def planted(self: Reservations, reservation_id: str, lines: Any) -> Reservation | None:
        kept = already(self, reservation_id, lines)
        if not kept:
            raise OutOfStock()
        return kept

    already = Reservations._already
    with patch.object(Reservations, "_already", planted):
        yield


@BUGS
def movement_forgotten() -> Iterator[None]:
    """What goes back to the shelf is not written down."""
    movements = RULES.reservations.movements
    with patch.object(
        RULES.reservations,
        "movements",
        lambda kept, kind, now: [] if kind == "released" else movements(kept, kind, now),
    ):
        yield


@BUGS
def divided_without_a_condition() -> Iterator[None]:
    """Two who divide the same stock at once."""
    with unguarded(*((STORE.shards, name) for name in ("item_change", "shard_change", "new_shard"))):
        yield


@BUGS
def gathered_without_a_look() -> Iterator[None]:
    """A shard is given up although somebody took from it since it was read."""
    with unguarded((STORE.shards, "_emptied")):
        yield


@BUGS
def crossing_told_again() -> Iterator[None]:
    """Out is out, and everybody is told whenever somebody looks."""

    def planted(before: Told, after: Told) -> Sequence[Any]:
        here = {"store_id": after.store_id, "variant_id": after.variant_id}
        if before.version and after.level == "out":
            return [events.StockOut(**here)]
        return crossings(before, after)

    crossings = RULES.levels.crossings
    with patch.object(RULES.levels, "crossings", planted):
        yield


@BUGS
def older_told_after_newer() -> Iterator[None]:
    """Whoever counted first may tell last."""

    def planted(self: Levels, items: Iterable[ItemId]) -> None:
        waiting = list(dict.fromkeys(items))
        for _ in range(12):
            scene = scenes().at_rest(waiting)
            told = self._told(waiting)
            with suppress(ToldMeanwhile):
                self._tell(scene, waiting, told)
                return

    with patch.object(Levels, "recount", planted):
        yield


@BUGS
def order_assumed() -> Iterator[None]:
    """What a listing said last is what was heard last."""
    heard = RULES.listings.heard
    with patch.object(RULES.listings, "heard", lambda item, news: heard(item.model_copy(update={"listed": -1}), news)):
        yield


@BUGS
def counted_while_it_moves() -> Iterator[None]:
    """Shards are read once, one after the other, while units pass from one to the other."""
    with patch.object(Scenes, "at_rest", Scenes.read):
        yield
