"""The authorizer's read model, built from events: roles by person, ended sessions until their tokens have died out.

USER#<id>      ROLES   the newest roles heard of, with the sequence they came with
SESSION#<id>   ENDED   a session that was ended
"""

from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.access.model import Caller, Standing
from kernel import clock
from kernel.errors import Conflict
from kernel.table import Table, put


class Stale(Conflict):
    """A newer event was here first."""


class Store:
    def __init__(self) -> None:
        self._table = Table()

    def standing(self, caller: Caller) -> Standing:
        roles, ended = (f"USER#{caller.user_id}", "ROLES"), (f"SESSION#{caller.session_id}", "ENDED")
        found = self._table.get_many([roles, ended])
        if roles not in found:
            return Standing(session_ended=ended in found)
        return Standing(frozenset(found[roles]["roles"]), ended in found)

    def roles_are(self, user_id: str, roles: list[str], *, sequence: int) -> None:
        """The highest sequence wins, whatever the order and number of deliveries."""
        item = {"pk": f"USER#{user_id}", "sk": "ROLES", "roles": roles, "sequence": sequence}
        with suppress(Stale):
            self._table.commit([put(item).below(sequence=sequence).otherwise(Stale())])

    def session_ended(self, session_id: str, until: datetime) -> None:
        """Never taken back, so the last of many deliveries writes what the first wrote."""
        item = {"pk": f"SESSION#{session_id}", "sk": "ENDED", "ttl": clock.epoch_s(until)}
        self._table.commit([put(item)])


@cache
def store() -> Store:
    return Store()
