"""A search answered by the index; where the index is away, by a listing of what there is, which says so."""

from contextlib import suppress
from dataclasses import replace

from functions.search import cursors
from functions.search.index.chosen import index
from functions.search.index.port import IndexAway
from functions.search.model.answers import FacetCount, SearchPage, StoreFound, StoresFound, SuggestionList
from functions.search.model.asked import After, Asked, AskedStores, Tuning
from functions.search.model.found import Hit, StoreHit
from functions.search.model.hits import Highlight
from functions.search.model.kept import Facts
from functions.search.model.operating import SearchHealth, SearchSettings
from functions.search.rules import documents, hits, misses
from functions.search.rules import listed as listing
from functions.search.rules.asking import ignored
from functions.search.store.operating import operating
from functions.search.store.rebuilds import rebuilds
from functions.search.store.shelves import shelves
from kernel import log
from kernel.errors import DomainError

LISTED = "listed"  # how the cursors of a listing begin
ROUNDS = 3  # pages looked through for what the filters leave
NOTICE = "Search is being repaired. These are the newest things, not the best matches; not every filter counts."
AWAY = "Search is being repaired. Stores can be searched for again in a moment."


def search(asked: Asked, cursor: str | None, scope: str) -> SearchPage:
    after = cursors.opened(cursor, scope)
    if after and after[0] == LISTED:
        return _listed(asked, after, scope)
    try:
        found = index().search(replace(asked, after=after, tuning=tuning(operating().settings_lately())))
    except IndexAway as away:
        _away(away)
        return _listed(asked, None, scope)
    if found.total == 0 and not after:
        _count_miss(asked)
    return SearchPage(
        total=found.total,
        items=hits.shown(found.hits, asked.currency),
        facets={
            name: [FacetCount(value=one.value, count=one.count) for one in values]
            for name, values in found.facets.items()
        },
        cursor=cursors.sealed(found.after, scope),
        loosely=found.loosely,
        did_you_mean=found.did_you_mean,
    )


def suggest(text: str, language: str, currency: str, limit: int) -> SuggestionList:
    if not text:
        return SuggestionList()
    try:
        found = index().suggest(text, language, limit)
    except IndexAway as away:
        _away(away)
        return SuggestionList(degraded=True)
    return SuggestionList(
        queries=list(found.queries),
        brands=list(found.brands),
        items=hits.shown(found.hits, currency),
        stores=[_store(StoreHit(card=card)) for card in found.stores],
    )


def search_stores(asked: AskedStores, cursor: str | None, scope: str) -> StoresFound:
    after = cursors.opened(cursor, scope)
    try:
        found = index().search_stores(replace(asked, after=after))
    except IndexAway as away:
        _away(away)
        return StoresFound(total=0, items=[], degraded=True, notice=AWAY)
    return StoresFound(
        total=found.total, items=[_store(one) for one in found.hits], cursor=cursors.sealed(found.after, scope)
    )


def health() -> SearchHealth:
    running = rebuilds().running()
    try:
        told = index().health()
    except IndexAway as away:
        return SearchHealth(kind="none", available=False, detail=str(away), rebuild=running)
    return SearchHealth(
        kind=told.kind,
        available=told.available,
        listings=told.documents,
        stores=told.stores,
        generation=told.generation,
        detail=told.detail,
        rebuild=running,
    )


def tuning(settings: SearchSettings) -> Tuning:
    return Tuning(
        synonyms={
            language: tuple(tuple(group) for group in groups)
            for language, groups in settings.synonyms.items()
            if groups
        },
        **settings.boosts.model_dump(),
    )


def _listed(asked: Asked, after: After | None, scope: str) -> SearchPage:
    """Newest first, past what the filters leave out, as far as a search may take."""
    before, found = after[1] if after else "", list[Hit]()
    roots = {shelves().root(category) for category in asked.filters.categories}
    page: list[Facts] = []
    for _ in range(ROUNDS):
        [root] = roots if len(roots) == 1 else [None]
        page = shelves().in_root(root, before) if root else [] if roots == {None} else shelves().newest(before)
        for facts in page:
            before = facts.kept.offer_id
            made = documents.document(facts)
            if listing.passes(made, asked.filters):
                found.append(listing.hit(made.card, asked.language))
            if len(found) == asked.limit:
                break
        if not page or len(found) == asked.limit:
            break
    return SearchPage(
        total=None,
        items=hits.shown(found, asked.currency),
        cursor=cursors.sealed((LISTED, before), scope) if page else None,
        degraded=True,
        notice=NOTICE,
        ignored=ignored(asked.filters, asked.facets, asked.text, asked.sort),
    )


def _count_miss(asked: Asked) -> None:
    """Only what was found nowhere: with filters, the filters may be why."""
    query = misses.counted_as(asked.text)
    if query and asked.filters == type(asked.filters)():
        with suppress(DomainError):  # whoever searches is answered, counted or not
            operating().miss(query)


def _store(hit: StoreHit) -> StoreFound:
    card = hit.card
    return StoreFound(
        store_id=card.store_id,
        slug=card.slug,
        name=card.name,
        highlights=[Highlight(start=start, end=end) for start, end in hit.highlights],
        description=card.description,
        country=card.country,
        verified=card.verified,
        rating=card.rating,
        ratings=card.ratings,
        logo_id=card.logo_id,
        distance_km=None if hit.distance_km is None else round(hit.distance_km, 1),
    )


def _away(away: IndexAway) -> None:
    log.warning("the index is away", reason=str(away))
    log.count("searches_degraded_total")
