"""The rows that baskets and what is known for them share, and how many are read at once."""

from collections.abc import Sequence

from kernel.table import Item, Table

Key = tuple[str, str]
KEYS_A_CALL = 100


def owner_pk(who: str) -> str:
    """Everything of one person or guest lies together: a basket and agreed prices are read in one call."""
    return f"OWNER#{who}"


def many(table: Table, keys: Sequence[Key]) -> dict[Key, Item]:
    found: dict[Key, Item] = {}
    for start in range(0, len(keys), KEYS_A_CALL):
        found |= table.get_many(keys[start : start + KEYS_A_CALL])
    return found
