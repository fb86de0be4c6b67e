"""What catalog says: which variants are offered, and with how many they begin.

OFFER#<id>  -   the newest version of an offer that was heard of, and its variants
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cache

from functions.inventory.model.items import StockChangedMeanwhile
from functions.inventory.model.listings import Heard, Listed, NewsIsOld, Offer
from functions.inventory.model.reservations import TakenMeanwhile
from functions.inventory.rules import listings as rules
from functions.inventory.rules.takings import Scene, available
from functions.inventory.store.rows import Key, item_change, moved
from functions.inventory.store.scenes import KEYS_A_CALL, scenes
from functions.inventory.store.stocks import movement_changes
from kernel import clock, ids
from kernel.errors import Unavailable
from kernel.table import Change, Item, Table, put

TRIES = 8
ROWS_AT_ONCE = 90  # of the hundred of a transaction; what one variant changes is a handful


class Listings:
    def __init__(self) -> None:
        self._table = Table()

    def hear(self, said: Sequence[Heard]) -> None:
        """Dozens of variants in one transaction. An offer's own row comes with the last of its variants.

        So what was cut off before is heard again, and what was heard already changes nothing.
        """
        for _ in range(TRIES):
            with suppress(StockChangedMeanwhile, TakenMeanwhile, NewsIsOld):
                self._hear(said)
                return
        raise Unavailable("The stock is being changed again and again.")

    def _hear(self, said: Sequence[Heard]) -> None:
        known = self._known(one.offer_id for one in said)
        fresh = [(one, known[one.offer_id]) for one in said if rules.is_news(one, known[one.offer_id])]
        news = [(before, *rules.news(one, before)) for one, before in fresh]
        scene = scenes().read([one.item for _, _, listed in news for one in listed])
        changes: list[Change] = []
        touched: list[Listed] = []
        for before, after, listed in news:
            for one in listed:
                if found := _changes(scene, one):
                    changes += found
                    touched.append(one)
                if len(changes) > ROWS_AT_ONCE:
                    self._commit(changes, touched)
                    changes, touched = [], []
            changes.append(_kept(before, after))
        self._commit(changes, touched)

    def _commit(self, changes: list[Change], touched: list[Listed]) -> None:
        if not changes:
            return
        items = [one.item for one in touched]
        story = [ids.derived_id("lst", one.offer_id, str(one.version), one.item.variant_id) for one in touched[:1]]
        self._table.commit(changes, [moved(items, aggregate, 1) for aggregate in story])

    def _known(self, offers: Iterable[str]) -> dict[str, Offer]:
        keys = [_key(offer_id) for offer_id in dict.fromkeys(offers)]
        found: dict[Key, Item] = {}
        for start in range(0, len(keys), KEYS_A_CALL):
            found |= self._table.get_many(keys[start : start + KEYS_A_CALL])
        return {
            pk.removeprefix("OFFER#"): Offer.model_validate(
                found.get((pk, sk), {"offer_id": pk.removeprefix("OFFER#")})
            )
            for pk, sk in keys
        }


@cache
def listings() -> Listings:
    return Listings()


def _changes(scene: Scene, news: Listed) -> list[Change]:
    before = scene.item(news.item)
    after = rules.heard(before, news)
    if after == before:
        return []
    there = available(scene, news.item) or 0
    movement = rules.adjustment(before, after, scene.shards.get(news.item, ()), there, news, clock.now())
    return movement_changes(scene, news.item, [movement], after) if movement else [item_change(before, after)]


def _kept(before: Offer, after: Offer) -> Change:
    pk, sk = _key(after.offer_id)
    change = put({"pk": pk, "sk": sk, **after.model_dump(mode="json")})
    guarded = change.when(version=before.version) if before.version else change.absent()
    return guarded.otherwise(NewsIsOld())


def _key(offer_id: str) -> Key:
    return f"OFFER#{offer_id}", "-"
