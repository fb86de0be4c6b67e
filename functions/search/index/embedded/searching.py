"""A search, from what was asked to what is shown."""

from collections.abc import Iterable

from tantivy import Query

from functions.search.index.distances import kilometres
from functions.search.index.embedded.asking import (
    any_of,
    filters_of,
    listings,
    scored,
    silent,
    stores_of,
    text_of,
    within,
)
from functions.search.index.embedded.facets import facets_of
from functions.search.index.embedded.pages import GOODS, STORES, Page, Pages
from functions.search.index.embedded.reading import Reader, all_of, term
from functions.search.index.embedded.schema import STORE
from functions.search.model.asked import AS_DESIGNED, After, Asked, AskedStores
from functions.search.model.documents import Card, Place, StoreCard
from functions.search.model.found import Found, FoundStores, Hit, StoreHit
from functions.search.words.highlights import Highlighter, highlighter
from functions.search.words.plan import Plan, Stage, planned
from functions.search.words.typos import meant
from functions.search.words.written import shown_title

_ANY = -1  # the stage of a search without words
_MEANT_BY = 20  # hits that tell what a mistyped word was meant to be


def search(reader: Reader, asked: Asked) -> Found:
    plan = planned(asked.text, asked.language, asked.tuning)
    number, stage = staged(reader, plan, listings(), asked.after)
    if number is None:
        return Found(total=0, hits=(), facets=dict.fromkeys(asked.facets, ()))
    text = all_of([listings(), text_of(stage)]) if stage else listings()
    filters = filters_of(asked, reader)
    page = _page(reader, asked, plan, stage, all_of([text, *filters.values()]))
    marks, place = highlighter(plan, stage), _place(asked)
    hits = tuple(_hit(reader, each.card, asked, marks, each.by, place) for each in page.hits)
    loosely = bool(stage and stage.loosely)
    return Found(
        total=page.total,
        hits=hits,
        facets=facets_of(reader, asked, text, filters) if asked.facets else {},
        after=(number, *page.after) if page.after else None,
        loosely=loosely,
        did_you_mean=meant(plan.words, [hit.title for hit in hits[:_MEANT_BY]]) if loosely else None,
    )


def staged(reader: Reader, plan: Plan, among: Query, after: After | None) -> tuple[int | None, Stage | None]:
    """Whatever filters leave: else a filter would change what a word means. Later pages stay with the first one's."""
    if not plan.stages:
        return _ANY, None
    if after is not None and 0 <= after[0] < len(plan.stages):
        return after[0], plan.stages[after[0]]
    for number, stage in enumerate(plan.stages):
        if reader.count(all_of([among, text_of(stage)])):
            return number, stage
    return None, None


def _place(asked: Asked) -> Place | None:
    return asked.place or (asked.filters.near.place if asked.filters.near else None)


def _page(reader: Reader, asked: Asked, plan: Plan, stage: Stage | None, found: Query) -> Page[Card]:
    pages, after = Pages(reader, GOODS, asked.limit), asked.after and asked.after[1:]
    by_field = {
        "price_up": (f"price_{asked.currency}", False),
        "price_down": (f"price_{asked.currency}", True),
        "newest": ("newest", True),
        "rating": ("rating", True),
    }
    place = _place(asked)
    if asked.sort == "distance" and place:
        return pages.by_distance(found, place, after)
    if asked.sort in by_field:
        field, falling = by_field[asked.sort]
        return pages.by_field(found, field, after, falling=falling)
    if stage is None and asked.tuning == AS_DESIGNED:
        return pages.by_field(found, "quality", after, falling=True)
    return pages.by_score(scored(found, stage, plan), after)


def _hit(reader: Reader, card: Card, asked: Asked, marks: Highlighter, by: object, place: Place | None) -> Hit:
    title = shown_title(card, asked.language)
    its = reader.places().get(card.store_id) if place else None
    return Hit(
        card=card,
        title=title,
        highlights=marks.spans(title),
        score=by if isinstance(by, float) else 0.0,
        distance_km=kilometres(place, its) if place and its else None,
    )


def search_stores(reader: Reader, asked: AskedStores) -> FoundStores:
    plan, among = planned(asked.text, "en"), silent(term("kind", STORE))
    number, stage = staged(reader, plan, among, asked.after)
    if number is None:
        return FoundStores(total=0, hits=())
    filters: Iterable[Query] = stores_of(asked)
    if asked.near:
        filters = [*filters, any_of("store", within(reader, asked.near.place, asked.near.km))]
    found = all_of([among, *([text_of(stage)] if stage else []), *map(silent, filters)])
    page = _page_of_stores(Pages(reader, STORES, asked.limit), asked, plan, stage, found)
    marks = highlighter(plan, stage)
    return FoundStores(
        total=page.total,
        hits=tuple(_store_hit(each.card, asked, marks) for each in page.hits),
        after=(number, *page.after) if page.after else None,
    )


def _page_of_stores(
    pages: Pages[StoreCard], asked: AskedStores, plan: Plan, stage: Stage | None, found: Query
) -> Page[StoreCard]:
    after = asked.after and asked.after[1:]
    if asked.sort == "distance" and asked.near:
        return pages.by_distance(found, asked.near.place, after)
    if asked.sort == "rating":
        return pages.by_field(found, "rating", after, falling=True)
    if stage is None:
        return pages.by_field(found, "quality", after, falling=True)
    return pages.by_score(scored(found, stage, plan), after)


def _store_hit(card: StoreCard, asked: AskedStores, marks: Highlighter) -> StoreHit:
    far = kilometres(asked.near.place, card.place) if asked.near and card.place else None
    return StoreHit(card=card, highlights=marks.spans(card.name), distance_km=far)
