"""What catalog says: which variants are offered, and with how many they begin."""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from functions.inventory.model.items import StockChangedMeanwhile
from functions.inventory.model.listings import Heard, Listed
from functions.inventory.model.reservations import TakenMeanwhile
from functions.inventory.rules import listings as rules
from functions.inventory.rules.takings import Scene, available
from functions.inventory.store.rows import heard_change, item_change, moved
from functions.inventory.store.scenes import scenes
from functions.inventory.store.stocks import movement_changes
from kernel import clock, ids
from kernel.errors import Unavailable
from kernel.table import Change, Table

TRIES = 8
ROWS_AT_ONCE = 90  # of the hundred of a transaction; what one variant changes is a handful


class Listings:
    def __init__(self) -> None:
        self._table = Table()

    def hear(self, said: Sequence[Heard]) -> None:
        """Dozens of variants in one transaction. Each remembers the newest version of its offer that it heard of.

        So what was cut off before is heard again, and what was heard already changes nothing.
        """
        news = [one for each in said for one in rules.news(each)]
        for _ in range(TRIES):
            with suppress(StockChangedMeanwhile, TakenMeanwhile):
                self._hear(news)
                return
        raise Unavailable("The stock is being changed again and again.")

    def _hear(self, news: Sequence[Listed]) -> None:
        if not news:
            return
        scene = scenes().read([one.item for one in news])
        changes: list[Change] = []
        touched: list[Listed] = []
        for one in news:
            found, is_told = _changes(scene, one)
            changes += found
            touched += [one] if is_told else []
            if len(changes) > ROWS_AT_ONCE:
                self._commit(changes, touched)
                changes, touched = [], []
        self._commit(changes, touched)

    def _commit(self, changes: list[Change], touched: list[Listed]) -> None:
        if not changes:
            return
        items = [one.item for one in touched]
        story = [ids.derived_id("lst", one.offer_id, str(one.version), one.item.variant_id) for one in touched[:1]]
        self._table.commit(changes, [moved(items, aggregate, 1) for aggregate in story])


@cache
def listings() -> Listings:
    return Listings()


def _changes(scene: Scene, news: Listed) -> tuple[list[Change], bool]:
    """What is written of a variant, and whether what others were told of its stock may be another now."""
    before = scene.item(news.item)
    after = rules.heard(before, news)
    if after == before:
        return [], False
    if after.version == before.version:
        return [heard_change(before, after)], False
    there = available(scene, news.item) or 0
    movement = rules.adjustment(before, after, scene.shards.get(news.item, ()), there, news, clock.now())
    if movement:
        return movement_changes(scene, news.item, [movement], after), True
    is_told = rules.differs(before, after) and (rules.is_counted(before) or rules.is_counted(after))
    return [item_change(before, after)], is_told
