"""API keys in identity's table: of each only the hash.

USER#<id>   API_KEYS   all of a person's keys
"""

from collections.abc import Sequence
from functools import cache

from functions.identity.model.api_keys import KeyRing, KeyRingChanged
from kernel.events import Data, Event
from kernel.table import Receipt, Table, put


class KeyRings:
    def __init__(self) -> None:
        self._table = Table()

    def ring(self, user_id: str) -> KeyRing:
        item = self._table.get(f"USER#{user_id}", "API_KEYS")
        return KeyRing.model_validate(item) if item else KeyRing()

    def keep_ring(
        self, user_id: str, ring: KeyRing, told: Sequence[tuple[str, int, Data]] = (), receipt: Receipt | None = None
    ) -> None:
        """Each event with the id of its key, and which of the key's events it is."""
        item = {"pk": f"USER#{user_id}", "sk": "API_KEYS", **ring.model_dump(mode="json")}
        before = ring.version - 1 or None  # a first ring takes nobody's place
        self._table.commit(
            [put(item).when(version=before).otherwise(KeyRingChanged())],
            [Event(data, key_id, sequence) for key_id, sequence, data in told],
            receipt,
        )


@cache
def key_rings() -> KeyRings:
    return KeyRings()
