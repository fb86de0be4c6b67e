"""Bugs planted in search: the ways in which an index, a list or a count ends up saying what is no longer so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import functions.search.store.listings
import functions.search.store.purchases
import functions.search.store.stores
import functions.search.store.trends
import functions.search.store.visits
from functions.search import consumers, indexing
from functions.search.model.kept import Facts, Heard, KnownStore, Part
from functions.search.rules import documents, hearing
from functions.search.rules import rebuilds as rebuilding
from functions.search.store.listings import Listings, listings
from functions.search.store.rebuilds import Rebuilds
from functions.search.store.rows import stock_key
from functions.search.store.stores import Stores
from functions.search.store.trends import Trends
from kernel import ids
from kernel.table import Change, delete, put
from tests.chaos.planting import Bugs, careless, put_without_conditions

BUGS = Bugs()
STORE = functions.search.store
AHEAD = 1_000  # of every revision that there will be


@BUGS
def older_event_overwrites_newer() -> Iterator[None]:
    """What comes last is taken for the newest."""
    with patch.object(hearing, "is_news", lambda said, before: True):
        yield


@BUGS
def withdrawn_product_left_in() -> Iterator[None]:
    """Nothing is written of what is not shown."""
    facts = Listings.facts

    def planted(self: Listings, offer_ids: Iterable[str]) -> list[Facts]:
        return [one for one in facts(self, offer_ids) if one.kept.listing]

    with patch.object(Listings, "facts", planted):
        yield


@BUGS
def listings_written_without_looking() -> Iterator[None]:
    """Two who hear of one listing at once both write what follows from what they read."""
    with patch.object(STORE.listings, "put", put_without_conditions("LISTING#")):
        yield


@BUGS
def facts_read_before_revisions() -> Iterator[None]:
    """The highest revision is not made of the newest facts."""
    facts = Listings.facts

    def planted(self: Listings, offer_ids: Iterable[str]) -> list[Facts]:
        wanted = list(offer_ids)
        read = facts(self, wanted)
        revisions = self._kept(wanted)
        return [replace(one, kept=replace(one.kept, revision=revisions[one.kept.offer_id].revision)) for one in read]

    with patch.object(Listings, "facts", planted):
        yield


@BUGS
def written_once_or_never() -> Iterator[None]:
    """Who was cut off between the table and the index finds that the table has heard of it, and is done."""
    go_on = consumers._heard

    def planted(said: Sequence[Heard]) -> None:
        before = listings()._kept([one.offer_id for one in said])
        if any(hearing.is_news(one, before.get(one.offer_id)) for one in said):
            go_on(said)

    with patch.object(consumers, "_heard", planted):
        yield


@BUGS
def stock_heard_too_early_forgotten() -> Iterator[None]:
    """Stock of what nobody has listed yet is of no interest."""
    hear_stock = Listings.hear_stock

    def planted(self: Listings, store_id: str, variant_id: str, orderable: bool, sequence: int) -> str | None:
        row = self._table.get(*stock_key(store_id, variant_id)) or {}
        return hear_stock(self, store_id, variant_id, orderable, sequence) if row.get("offer_id") else None

    with patch.object(Listings, "hear_stock", planted):
        yield


@BUGS
def stores_goods_keep_its_old_name() -> Iterator[None]:
    """A store's new profile is written into its listings under the revision that they have."""
    with patch.object(Listings, "raise_revisions", lambda self, offer_ids: None):
        yield


@BUGS
def categories_counted_without_looking() -> Iterator[None]:
    """What two counted at once is written by whoever is last."""
    with patch.object(STORE.stores, "put", put_without_conditions("STORE#")):
        yield


@BUGS
def categories_not_looked_at_again() -> Iterator[None]:
    """Who has written a count that was taken a while ago goes away."""

    def planted(self: Stores, store_id: str) -> KnownStore:
        before = self.store(store_id)
        rows = self._table.every(f"SOLD#{store_id}", at_once=1000)
        sold = tuple(row["sk"] for row in rows if row["listed"] > 0)
        after = replace(before, revision=before.revision + 1, categories=sold)
        if sold != before.categories:
            self._table.commit(STORE.stores._kept(before, after))
            return after
        return before

    with patch.object(Stores, "count_categories", planted):
        yield


@BUGS
def rebuild_that_drops_updates() -> Iterator[None]:
    """What a rebuild copies is taken for newer than whatever comes while it goes on."""

    def planted(offer_ids: Sequence[str]) -> int:
        made = [documents.document(facts) for facts in listings().facts(offer_ids)]
        return indexing._written([replace(one, revision=one.revision + AHEAD) for one in made], "next")

    with patch.object(indexing, "fill_listings", planted):
        yield


@BUGS
def alias_switched_too_early() -> Iterator[None]:
    """The first part that is done ends it."""
    parts = Rebuilds.parts

    def planted(self: Rebuilds, rebuild_id: str) -> list[Part]:
        found = parts(self, rebuild_id)
        return [one for one in found if one.done] or found

    with patch.object(Rebuilds, "parts", planted):
        yield


@BUGS
def full_page_taken_for_the_last() -> Iterator[None]:
    """A part is done with its first page."""
    filled = rebuilding.filled
    with patch.object(
        rebuilding, "filled", lambda part, page, written, full: filled(part, page, written, full=full + 1)
    ):
        yield


@BUGS
def duplicate_counted_as_popular() -> Iterator[None]:
    """Each time it is told, a look is another look."""
    add = Trends.add
    with patch.object(Trends, "add", lambda self, _, slot, counts: add(self, ids.new_id("evt"), slot, counts)):
        yield


@BUGS
def order_counted_twice() -> Iterator[None]:
    """Whether an order is known is looked up, and not asked again when it is written."""
    bought = STORE.purchases._bought_row

    def planted(order: Any, product: str, products: Sequence[str]) -> Change:
        row = bought(order, product, products)
        return put({**(row.item or {}), "sk": f"{row.key[1]}#{ids.new_id('evt')}"})

    with (
        patch.object(STORE.purchases, "_bought_row", planted),
        patch.object(STORE.purchases, "put", put_without_conditions("PURCHASE#")),
    ):
        yield


@BUGS
def bought_while_it_is_reckoned() -> Iterator[None]:
    """What was bought again meanwhile is crossed off with the rest."""
    with patch.object(STORE.purchases, "delete", lambda *key: careless(delete(*key))):
        yield


@BUGS
def looks_written_over() -> Iterator[None]:
    """What two sendings of one person add at once is what the last one adds."""
    with patch.object(STORE.visits, "put", put_without_conditions("VIEWER#")):
        yield
