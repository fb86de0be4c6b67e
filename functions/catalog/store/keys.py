"""Licence keys in the table: domain verbs outside, DynamoDB words inside.

KEYS#<offer>    COUNT           how many are free, and how many were given
KEYS#<offer>    FREE#<mark>     a key that nobody has; its mark follows from it, so that none is there twice
KEYS#<offer>    GIVEN#<mark>    with which grant it went; the key itself lies with its buyer alone
"""

import random
from collections.abc import Sequence
from functools import cache
from hashlib import sha256

from functions.catalog import events
from functions.catalog.model.downloads import Grant, GrantChanged
from functions.catalog.model.keys import KeysChanged, KeyStock
from functions.catalog.model.offers import Offer
from kernel import ids
from kernel.events import Event
from kernel.table import Change, Receipt, Table, check, delete, put, update

SPARE = 40  # keys to choose from, beside those that are needed: two sales at one moment seldom choose the same


class Keys:
    def __init__(self) -> None:
        self._table = Table()

    def stock(self, offer_id: str) -> KeyStock | None:
        """None: it is sold without any."""
        row = self._table.get(_pk(offer_id), "COUNT")
        return KeyStock(free=row.get("free", 0), given=row.get("given", 0)) if row else None

    def draw(self, offer_id: str, wanted: int) -> list[str]:
        """So many free ones, or none. Nothing is taken yet: whoever commits first has them."""
        page = self._table.query(_pk(offer_id), "FREE#", limit=wanted + SPARE)
        free = [str(row["key"]) for row in page.items]
        return random.sample(free, wanted) if len(free) >= wanted else []  # nosec B311 - to part rivals, not a secret

    def unknown(self, offer_id: str, keys: Sequence[str]) -> list[str]:
        places = [(_pk(offer_id), f"{how}#{_mark(key)}") for key in keys for how in ("FREE", "GIVEN")]
        known = {sk.partition("#")[2] for _, sk in self._table.get_many(places)}
        return [key for key in keys if _mark(key) not in known]

    def add(self, offer: Offer, keys: Sequence[str], receipt: Receipt | None) -> None:
        """`receipt` alone, if all of them are known."""
        changes = [change for key in keys for change in _new(offer.offer_id, key)]
        if keys:
            changes.append(update(_pk(offer.offer_id), "COUNT").add(free=len(keys)))
        told = [Event(_added(offer, len(keys)), ids.new_id("lky"), 1)] if keys else []
        if changes or receipt:
            self._table.commit(changes, told, receipt)


@cache
def keys() -> Keys:
    return Keys()


def taken(grant: Grant, given: Sequence[str]) -> list[Change]:
    """With the grant, in its own transaction: each key goes with one of them, and with none twice."""
    if not given:
        return []
    pk, changes = _pk(grant.offer_id), list[Change]()
    for key in given:
        changes.append(delete(pk, f"FREE#{_mark(key)}").exists().otherwise(GrantChanged()))
        changes.append(put({"pk": pk, "sk": f"GIVEN#{_mark(key)}", "grant_id": grant.grant_id}))
    return [*changes, update(pk, "COUNT").add(free=-len(given), given=len(given))]


def returned(grant: Grant, given: Sequence[str]) -> list[Change]:
    """Nobody has seen them: they can be sold again."""
    if not given:
        return []
    pk, changes = _pk(grant.offer_id), list[Change]()
    for key in given:
        changes.append(delete(pk, f"GIVEN#{_mark(key)}"))
        changes.append(put({"pk": pk, "sk": f"FREE#{_mark(key)}", "key": key}))
    return [*changes, update(pk, "COUNT").add(free=len(given), given=-len(given))]


def _new(offer_id: str, key: str) -> list[Change]:
    free = put({"pk": _pk(offer_id), "sk": f"FREE#{_mark(key)}", "key": key})
    never = check(_pk(offer_id), f"GIVEN#{_mark(key)}")
    return [free.absent().otherwise(KeysChanged()), never.absent().otherwise(KeysChanged())]


def _added(offer: Offer, added: int) -> events.KeysAdded:
    return events.KeysAdded(store_id=offer.store_id, offer_id=offer.offer_id, added=added)


def _pk(offer_id: str) -> str:
    return f"KEYS#{offer_id}"


def _mark(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:32]
