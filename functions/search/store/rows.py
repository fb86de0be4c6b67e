"""The rows of search that others build on, and their keys.

LISTING#<offer>            -            a listing as last heard of, withdrawn ones too
STOCK#<store>#<variant>    -            whether it can be ordered, or is said to be there; whose listing shows it
STORE#<store>              -            a store's profile as last heard of
SHELF#<store>              <offer>      the store's listings
SOLD#<store>               <category>   how many of them are shown there and below
SHARD#<n>                  <offer>, <store>   everything, in parts: what a rebuild walks
CATEGORY#<id>              -            the root above it, for the days when the index is away

by_category: <root>, <offer> of what is shown.
"""

import zlib
from collections.abc import Iterator

from kernel.table import Item, Table

Key = tuple[str, str]
SHARDS = 16
KEYS_A_CALL = 100
LAST = "~"  # behind every id


def listing_key(offer_id: str) -> Key:
    return f"LISTING#{offer_id}", "-"


def stock_key(store_id: str, variant_id: str) -> Key:
    return f"STOCK#{store_id}#{variant_id}", "-"


def store_key(store_id: str) -> Key:
    return f"STORE#{store_id}", "-"


def shelf_key(store_id: str, offer_id: str) -> Key:
    return f"SHELF#{store_id}", offer_id


def sold_key(store_id: str, category_id: str) -> Key:
    return f"SOLD#{store_id}", category_id


def shard_key(thing_id: str) -> Key:
    return shard_pk(zlib.crc32(thing_id.encode()) % SHARDS), thing_id


def shard_pk(number: int) -> str:
    return f"SHARD#{number:02d}"


def category_key(category_id: str) -> Key:
    return f"CATEGORY#{category_id}", "-"


def many(table: Table, keys: list[Key]) -> dict[Key, Item]:
    found: dict[Key, Item] = {}
    for start in range(0, len(keys), KEYS_A_CALL):
        found |= table.get_many(keys[start : start + KEYS_A_CALL])
    return found


def walked(table: Table, pk: str, before: str, limit: int) -> Iterator[str]:
    """The ids below a place in a partition, highest first: a walk that holds its place by the last id it saw."""
    for row in table.query(pk, before=before or LAST, newest_first=True, limit=limit).items:
        yield row["sk"]
