"""API keys in the read model: recognised by the hash of what was sent."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache

from functions.access import events
from functions.access.model import ApiKey
from functions.access.store import Stale
from kernel import clock
from kernel.errors import Conflict, Unavailable
from kernel.events import Event
from kernel.table import Item, Table, put, update

REMEMBERED = timedelta(days=30)  # after its end, so that whoever still sends a key is told what is wrong with it


class Keys:
    def __init__(self) -> None:
        self._table = Table()

    def key(self, key_hash: str) -> ApiKey | None:
        at = (_pk(key_hash), "-")
        found = self._table.get_many([at])
        return _key(found[at]) if at in found else None

    def made(self, key: ApiKey, key_hash: str) -> None:
        """Nothing, if the key's end was heard of first."""
        fields = {"id": key.id, "user_id": key.user_id, "scopes": sorted(key.scopes), "revoked": False}
        life = {"expires_at": clock.rfc3339(key.expires_at), "ttl": clock.epoch_s(key.expires_at + REMEMBERED)}
        with suppress(Stale):
            self._table.commit([put({"pk": _pk(key_hash), "sk": "-", **fields, **life}).absent().otherwise(Stale())])

    def revoked(self, key_id: str, user_id: str, key_hash: str) -> None:
        """For ever: revoking says no more than that, whenever and however often it is heard of."""
        self._table.commit([put({"pk": _pk(key_hash), "sk": "-", "id": key_id, "user_id": user_id, "revoked": True})])

    def used(self, key: ApiKey, key_hash: str, on: date) -> None:
        """Of all calls that are the day's first, one tells of it. Not being able to is no reason to refuse the call."""
        day = on.isoformat()
        noted = update(_pk(key_hash), "-").set(used_on=day).when(revoked=False).below(used_on=day)
        told = events.ApiKeyUsed(user_id=key.user_id, key_id=key.id, used_on=on)
        with suppress(Conflict, Unavailable):
            self._table.commit([noted], [Event(told, key.id, on.toordinal())])


@cache
def keys() -> Keys:
    return Keys()


def _pk(key_hash: str) -> str:
    return f"KEY#{key_hash}"


def _key(item: Item) -> ApiKey:
    ended = item["revoked"]
    return ApiKey(
        id=item["id"],
        user_id=item["user_id"],
        scopes=frozenset(() if ended else item["scopes"]),
        expires_at=datetime.max.replace(tzinfo=UTC) if ended else datetime.fromisoformat(item["expires_at"]),
        revoked=ended,
        used_on=date.fromisoformat(item["used_on"]) if item.get("used_on") else None,
    )
