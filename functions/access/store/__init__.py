"""The authorizer's read model, built from events: roles and stores by person, suspensions, sessions that were ended.

USER#<id>      ROLES       the newest roles heard of, with the sequence they came with
USER#<id>      ERASED      the person is gone
USER#<id>      STORES      for each store, what the person may do there, and with which sequence that came
STORE#<id>     SUSPENSION  whether the store is suspended, with the sequence of that news
GUEST#<id>     ABSORBED    somebody who has an account now
KEY#<hash>     -           an API key, by the hash of its secret: whose it is, its scopes, the day of its last use
SESSION#<id>   ENDED       a session that was ended, until its tokens have died out
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache

from functions.access.model import Caller, Standing
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Item, Table, put, update

KEYS_A_CALL = 100  # of BatchGetItem: nobody is locked out by working in many stores


GUESTS_REMEMBERED = timedelta(days=60)  # longer than any guest's token is good


class Stale(Conflict):
    """A newer event was here first."""


class Store:
    def __init__(self) -> None:
        self._table = Table()

    def standing(self, caller: Caller) -> Standing:
        """One call for most people; staff of stores cost a second one, about the stores."""
        roles, ended = (f"USER#{caller.user_id}", "ROLES"), (f"SESSION#{caller.session_id}", "ENDED")
        member = (f"USER#{caller.user_id}", "STORES")
        gone = (f"USER#{caller.user_id}", "ERASED")
        found = self._table.get_many([roles, ended, member, gone])
        stores = _stores(found.get(member, {}))
        known = {"roles": frozenset(found[roles]["roles"])} if roles in found else {}
        return Standing(
            **known,
            session_ended=ended in found,
            stores=stores,
            suspended=self._suspended(stores),
            erased=gone in found,
        )

    def _suspended(self, stores: Iterable[str]) -> frozenset[str]:
        keys = {(f"STORE#{store}", "SUSPENSION"): store for store in stores}
        found: dict[tuple[str, str], Item] = {}
        for start in range(0, len(keys), KEYS_A_CALL):
            found |= self._table.get_many(list(keys)[start : start + KEYS_A_CALL])
        return frozenset(keys[key] for key, item in found.items() if item["suspended"])

    def absorbed(self, guest_id: str) -> bool:
        return bool(self._table.get_many([(f"GUEST#{guest_id}", "ABSORBED")]))

    def guest_absorbed(self, guest_id: str) -> None:
        expires = clock.epoch_s(clock.now() + GUESTS_REMEMBERED)
        self._table.commit([put({"pk": f"GUEST#{guest_id}", "sk": "ABSORBED", "ttl": expires})])

    def erased(self, user_id: str) -> None:
        """Nobody comes back from this: it outlives all older news that is still on its way."""
        self._table.commit([put({"pk": f"USER#{user_id}", "sk": "ERASED"})])

    def roles_are(self, user_id: str, roles: list[str], *, sequence: int) -> None:
        """The highest sequence wins, whatever the order and number of deliveries."""
        item = {"pk": f"USER#{user_id}", "sk": "ROLES", "roles": roles, "sequence": sequence}
        with suppress(Stale):
            self._table.commit([put(item).below(sequence=sequence).otherwise(Stale())])

    def may_in_store(self, user_id: str, store_id: str, may: list[str], *, sequence: int) -> None:
        """Nothing, for someone who left: the row stays, so that older news coming late brings nobody back."""
        heard = f"{store_id}_sequence"
        told = update(f"USER#{user_id}", "STORES").set(**{store_id: sorted(may), heard: sequence})
        with suppress(Stale):
            self._table.commit([told.below(**{heard: sequence}).otherwise(Stale())])

    def store_is(self, store_id: str, *, suspended: bool, sequence: int) -> None:
        item = {"pk": f"STORE#{store_id}", "sk": "SUSPENSION", "suspended": suspended, "sequence": sequence}
        with suppress(Stale):
            self._table.commit([put(item).below(sequence=sequence).otherwise(Stale())])

    def session_ended(self, session_id: str, until: datetime) -> None:
        """Never taken back, so the last of many deliveries writes what the first wrote."""
        item = {"pk": f"SESSION#{session_id}", "sk": "ENDED", "ttl": clock.epoch_s(until)}
        self._table.commit([put(item)])


@cache
def store() -> Store:
    return Store()


def _stores(item: Item) -> dict[str, frozenset[str]]:
    return {name: frozenset(may) for name, may in item.items() if isinstance(may, list) and may}
