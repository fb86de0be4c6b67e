"""What is heard of listings and of their stock, kept so that whatever comes late, twice or shuffled changes nothing.

Everything that changes what is shown of a listing raises its revision in the same transaction. Who then composes the
document reads the revision first and the facts behind it: so the highest revision is made of the newest facts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cache

from functions.search.model.kept import Facts, Heard, HeardMeanwhile, Kept
from functions.search.model.told import Listing
from functions.search.rules import hearing
from functions.search.store.rows import (
    Key,
    category_key,
    listing_key,
    many,
    shard_key,
    shelf_key,
    sold_key,
    stock_key,
    store_key,
)
from functions.search.store.stores import read_store
from kernel import clock
from kernel.errors import Unavailable
from kernel.table import Change, Item, Table, put, update

TRIES = 12
ROWS_AT_ONCE = 95  # of the hundred of a transaction


class Listings:
    def __init__(self) -> None:
        self._table = Table()
        self._roots: dict[str, str] = {}  # of categories, as this process last wrote them

    def hear(self, said: Sequence[Heard]) -> None:
        """What is older than what was heard of an offer changes nothing."""
        newest = hearing.newest(said)
        for _ in range(TRIES):
            with suppress(HeardMeanwhile):
                self._hear(newest)
                return
        raise Unavailable("These listings are being changed again and again.")

    def hear_stock(self, store_id: str, variant_id: str, orderable: bool, sequence: int) -> str | None:
        """The offer whose document is to be written for it; None: nothing that is shown of it is different."""
        for _ in range(TRIES):
            row = self._table.get(*stock_key(store_id, variant_id)) or {}
            offer_id: str | None = row.get("offer_id")
            if row.get("sequence", 0) >= sequence:
                return offer_id  # heard already, but perhaps cut off before it was written into the index
            heard = update(*stock_key(store_id, variant_id)).set(orderable=orderable, sequence=sequence)
            known = {name: row.get(name) for name in ("sequence", "offer_id", "said")}
            guarded = heard.when(**known).otherwise(HeardMeanwhile())
            different = row.get("orderable", row.get("said", True)) != orderable
            with suppress(HeardMeanwhile):
                self._table.commit([guarded, *([_raised(offer_id)] if offer_id and different else [])])
                return offer_id if different else None
        raise Unavailable("This stock is being changed again and again.")

    def raise_revisions(self, offer_ids: Sequence[str]) -> None:
        """Something that they all show is different by now."""
        for start in range(0, len(offer_ids), ROWS_AT_ONCE):
            if some := offer_ids[start : start + ROWS_AT_ONCE]:
                self._table.commit([_raised(offer_id) for offer_id in some])

    def facts(self, offer_ids: Iterable[str]) -> list[Facts]:
        """Revisions first, then what the documents are made from. Offers that nothing is known of are left out."""
        known = list(self._kept(list(dict.fromkeys(offer_ids))).values())
        stock = {one.offer_id: [stock_key(one.store_id, var) for var in hearing.variants(one)] for one in known}
        stores = {store_key(one.store_id) for one in known}
        rows = many(self._table, [*stores, *(key for keys in stock.values() for key in keys)])
        return [
            Facts(
                one,
                read_store(one.store_id, rows.get(store_key(one.store_id))),
                hearing.unorderable(one, [rows.get(key, {}).get("orderable") for key in stock[one.offer_id]]),
            )
            for one in known
        ]

    # Writing

    def _hear(self, said: Sequence[Heard]) -> None:
        known = self._kept([one.offer_id for one in said])
        changes: list[Change] = []
        sold: Counter[Key] = Counter()
        for one in said:
            before = known.get(one.offer_id)
            if not hearing.is_news(one, before):
                continue
            after = hearing.heard(one, before, clock.now())
            rows = [_kept(before, after), *_places(before, after), *self._filed(after)]
            moved = _moved(before, after)
            if len(changes) + len(rows) + len(sold | moved) > ROWS_AT_ONCE:
                self._commit(changes, sold)
                changes, sold = [], Counter()
            changes += rows
            sold.update(moved)
        self._commit(changes, sold)
        self._roots |= {
            category: one.category_path[0] for one in said if isinstance(one, Listing) for category in one.category_path
        }

    def _commit(self, changes: list[Change], sold: Counter[Key]) -> None:
        counted = [update(*key).add(listed=count) for key, count in sold.items() if count]
        if changes:
            self._table.commit(list({(*one.key, one.kind): one for one in [*changes, *counted]}.values()))

    def _filed(self, after: Kept) -> list[Change]:
        path = after.listing.category_path if after.shown and after.listing else []
        unsaid = [category for category in path if self._roots.get(category) != path[0]]
        return [update(*category_key(category)).set(root=path[0]) for category in unsaid]

    def _kept(self, offer_ids: Sequence[str]) -> dict[str, Kept]:
        rows = many(self._table, [listing_key(offer_id) for offer_id in offer_ids])
        return {row["pk"].removeprefix("LISTING#"): _read(row) for row in rows.values()}


@cache
def listings() -> Listings:
    return Listings()


def _raised(offer_id: str) -> Change:
    return update(*listing_key(offer_id)).add(revision=1).exists().otherwise(HeardMeanwhile())


def _kept(before: Kept | None, after: Kept) -> Change:
    pk, sk = listing_key(after.offer_id)
    path = after.listing.category_path if after.listing else []
    found = {"by_categorypk": path[0], "by_categorysk": after.offer_id} if after.shown and path else {}
    row = {
        "pk": pk,
        "sk": sk,
        "store_id": after.store_id,
        "product_id": after.product_id,
        "version": after.version,
        "revision": after.revision,
        "doc": after.listing.model_dump_json(exclude_defaults=True) if after.listing else None,
        "withdrawn_at": clock.rfc3339(after.withdrawn_at) if after.withdrawn_at else None,
    }
    change = put(row | found)
    guarded = change.when(revision=before.revision) if before else change.absent()
    return guarded.otherwise(HeardMeanwhile())


def _places(before: Kept | None, after: Kept) -> list[Change]:
    """Where walks find it from its first listing on, and what its variants' stock has to name."""
    if not after.listing:
        return []
    known, said = hearing.said(before), hearing.said(after)
    stock = [
        update(*stock_key(after.store_id, variant)).set(offer_id=after.offer_id, said=any_there)
        for variant, any_there in said.items()
        if known.get(variant) != any_there
    ]
    if before and before.listing:
        return stock
    keys = (shelf_key(after.store_id, after.offer_id), shard_key(after.offer_id))
    return [*(put({"pk": pk, "sk": sk}) for pk, sk in keys), *stock]


def _moved(before: Kept | None, after: Kept) -> Counter[Key]:
    """What is shown in which of the store's categories by now more, or less."""
    moved: Counter[Key] = Counter()
    for one, by in ((before, -1), (after, 1)):
        if one and one.shown and one.listing:
            moved.update({sold_key(one.store_id, category): by for category in one.listing.category_path})
    return moved


def _read(row: Item) -> Kept:
    withdrawn_at = row.get("withdrawn_at")
    return Kept(
        offer_id=row["pk"].removeprefix("LISTING#"),
        store_id=row["store_id"],
        product_id=row["product_id"],
        version=row["version"],
        revision=row["revision"],
        listing=Listing.model_validate_json(row["doc"]) if row.get("doc") else None,
        withdrawn_at=datetime.fromisoformat(withdrawn_at) if withdrawn_at else None,
    )
