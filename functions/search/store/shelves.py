"""What there is of a category, newest first, from search's own table: for when the index is away."""

from functools import cache

from functions.search.model.kept import Facts
from functions.search.store.listings import listings
from functions.search.store.rows import SHARDS, category_key, shard_pk, walked
from kernel.table import Table

READ_AT_ONCE = 100
READ_OF_EACH = 25
OFFERS_END = "ofs"  # behind every offer's id, and before every store's


class Shelves:
    def __init__(self) -> None:
        self._table = Table()

    def root(self, category_id: str) -> str | None:
        row = self._table.get(*category_key(category_id))
        return row["root"] if row else None

    def in_root(self, root: str, before: str) -> list[Facts]:
        page = self._table.query(root, index="by_category", before=before or "~", newest_first=True, limit=READ_AT_ONCE)
        return self._facts([row["by_categorysk"] for row in page.items])

    def newest(self, before: str) -> list[Facts]:
        """Of everything: each part's newest, put together. Sixteen calls, which only a search without index makes."""
        pages = [
            list(walked(self._table, shard_pk(shard), before or OFFERS_END, READ_OF_EACH)) for shard in range(SHARDS)
        ]
        # A part that was not read to its end says nothing of what lies behind its last one.
        known_down_to = max((page[-1] for page in pages if len(page) == READ_OF_EACH), default="")
        found = sorted((one for page in pages for one in page if one >= known_down_to), reverse=True)
        return self._facts(found[:READ_AT_ONCE])

    def _facts(self, offer_ids: list[str]) -> list[Facts]:
        """In this order. What is withdrawn is among them: whoever pages has to get past it."""
        known = {facts.kept.offer_id: facts for facts in listings().facts(offer_ids)}
        return [known[offer_id] for offer_id in offer_ids if offer_id in known]


@cache
def shelves() -> Shelves:
    return Shelves()
