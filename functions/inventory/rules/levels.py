"""When stock is low, out, or back, and who is told of it how often."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from functions.inventory import events
from functions.inventory.model.items import StockItem
from functions.inventory.model.levels import Told
from functions.inventory.model.names import Level
from kernel.events import Data

QUIET = timedelta(seconds=2)  # of plenty, a change is told at most so often: nobody acts on 812 after 813


def level_of(item: StockItem, available: int | None, *, closed: bool = False) -> Level:
    if closed or not item.offered:
        return "out"
    if available is None:
        return "ok"
    if available <= 0:
        return "out"
    return "low" if available <= item.low_at else "ok"


def found(item: StockItem, available: int | None, before: Told, now: datetime, *, closed: bool = False) -> Told:
    """What is so now; the same as before, if there is nothing to tell."""
    level = level_of(item, available, closed=closed)
    there = available if available is not None else 0
    beyond = item.beyond if item.tracked and not item.parts else None
    may = item.offered and not closed
    orderable = may and (level != "out" or (beyond is not None and there > -beyond.limit))
    after = before.model_copy(
        update={
            "tracked": available is not None,
            "level": level,
            "available": there,
            "beyond": beyond.kind if beyond and may else None,
            "available_from": beyond.available_from if beyond and may else None,
            "orderable": orderable,
            "offered": may,
        }
    )
    if before.version and after == before:
        return before
    return after.model_copy(update={"told_at": now, "stale": False, "version": before.version + 1})


def can_wait(before: Told, after: Told, now: datetime) -> bool:
    """Whether only a number changed that is large anyway, and another was told a moment ago."""
    numbers = {"available": after.available, "told_at": after.told_at, "stale": after.stale, "version": after.version}
    only_number = before.model_copy(update=numbers) == after
    return only_number and after.level == "ok" and before.told_at is not None and now - before.told_at < QUIET


def crossings(before: Told, after: Told) -> Sequence[Data]:
    """Once for each crossing. What was never told of crosses nothing: new goods are not back, they are new."""
    here = {"store_id": after.store_id, "variant_id": after.variant_id}
    match (before.level if before.version else None, after.level):
        case ("ok" | "low", "out"):
            return [events.StockOut(**here)]
        case ("out", "ok" | "low"):
            return [events.StockBack(**here, available=after.available)]
        case ("ok", "low"):
            return [events.StockLow(**here, available=after.available)]
    return []


def told(after: Told) -> events.StockChanged:
    return events.StockChanged(
        store_id=after.store_id,
        variant_id=after.variant_id,
        tracked=after.tracked,
        level=after.level,
        available=after.available,
        beyond=after.beyond,
        orderable=after.orderable,
        available_from=after.available_from,
    )
