"""Brings documents into the index: composed of what the table says now, written wherever they belong."""

from collections.abc import Iterable, Sequence

from functions.search.index.chosen import index
from functions.search.index.port import Into
from functions.search.model.documents import Document
from functions.search.model.found import Outcome
from functions.search.model.kept import KnownStore
from functions.search.rules import documents
from functions.search.store.listings import listings
from functions.search.store.stores import stores
from kernel import clock, log
from kernel.errors import Unavailable


class NotWritten(Unavailable):
    """The index did not take some documents. The event comes again."""


def put_listings(offer_ids: Iterable[str]) -> int:
    """Also what was written before: whoever was cut off between the table and the index comes here again."""
    return _written([documents.document(facts) for facts in listings().facts(offer_ids)])


def fill_listings(offer_ids: Sequence[str]) -> int:
    """Into the index that a rebuild is filling."""
    now = clock.now()
    wanted = [facts for facts in listings().facts(offer_ids) if documents.worth_rebuilding(facts.kept, now)]
    return _written([documents.document(facts) for facts in wanted], "next")


def put_stores(known: Sequence[KnownStore], into: Into = "everywhere") -> int:
    wanted = [made for one in known if (made := documents.store_document(one))]
    return _checked(index().apply_stores(wanted, into)) if wanted else 0


def put_categories(store_ids: Iterable[str]) -> None:
    put_stores([stores().count_categories(store_id) for store_id in store_ids])


def _written(wanted: Sequence[Document], into: Into = "everywhere") -> int:
    return _checked(index().apply(wanted, into)) if wanted else 0


def _checked(outcomes: Sequence[Outcome]) -> int:
    for one in outcomes:
        if one.became == "refused":  # trying again would not help; it is found by its log line and stays as it was
            log.warning("document refused", document=one.id, reason=one.reason)
            log.count("documents_refused_total")
    if failed := [one for one in outcomes if one.became == "failed"]:
        raise NotWritten(f"{len(failed)} documents were not written: {failed[0].reason}")
    return len(outcomes)
