"""A search, from what was asked to what is shown."""

from dataclasses import dataclass

from tantivy import Query

from functions.search.index.distances import kilometres
from functions.search.index.embedded.asking import (
    any_of,
    besides,
    filters_of,
    found_by,
    listings,
    silent,
    stores_of,
    text_of,
    within,
)
from functions.search.index.embedded.facets import facets_of
from functions.search.index.embedded.pages import GOODS, STORES, Page, Pages, Placed
from functions.search.index.embedded.reading import Reader, all_of, term
from functions.search.index.embedded.schema import STORE
from functions.search.model.asked import AS_DESIGNED, After, Asked, AskedStores
from functions.search.model.documents import Card, Place, StoreCard
from functions.search.model.found import FacetValue, Found, FoundStores, Hit, StoreHit
from functions.search.words.highlights import Highlighter, highlighter
from functions.search.words.plan import Plan, Stage, planned
from functions.search.words.typos import meant
from functions.search.words.written import shown_title

_ANY = -1  # the stage of a search without words
_MEANT_BY = 20  # hits that tell what a mistyped word was meant to be


def search(reader: Reader, asked: Asked) -> Found:
    plan = planned(asked.text, asked.language, asked.tuning)
    filters = filters_of(asked, reader)
    for number, stage in stages_of(plan, asked.after):
        text = all_of([listings(), text_of(stage, reader)]) if stage else listings()
        page = _page(reader, asked, plan, stage, all_of([text, *filters.values()]))
        if page.total or (filters and reader.count(text)):
            return _found(reader, asked, plan, _Answered(number, stage, filters, page))
    return Found(total=0, hits=(), facets=dict.fromkeys(asked.facets, ()))


@dataclass(frozen=True, slots=True)
class _Answered:
    number: int
    stage: Stage | None
    filters: dict[str, Query]
    page: Page[Card]


def _found(reader: Reader, asked: Asked, plan: Plan, answered: _Answered) -> Found:
    stage, page = answered.stage, answered.page
    marks, place = highlighter(plan, stage), _place(asked)
    hits = tuple(_hit(reader, each, asked, marks, place) for each in page.hits)
    loosely = bool(stage and stage.loosely)
    return Found(
        total=page.total,
        hits=hits,
        facets=_counted(reader, asked, stage, answered.filters) if asked.facets else {},
        after=(answered.number, *page.after) if page.after else None,
        loosely=loosely,
        did_you_mean=meant(plan.words, [hit.title for hit in hits[:_MEANT_BY]]) if loosely else None,
    )


def _counted(
    reader: Reader, asked: Asked, stage: Stage | None, filters: dict[str, Query]
) -> dict[str, tuple[FacetValue, ...]]:
    text = all_of([listings(), found_by(stage, reader)]) if stage else listings()
    return facets_of(reader, asked, text, filters)


def stages_of(plan: Plan, after: After | None = None) -> list[tuple[int, Stage | None]]:
    """Those to try one after the other, until one finds anything, whatever filters leave of it: else a filter would
    change what a word means. Later pages stay with the stage of the first one."""
    if not plan.stages:
        return [(_ANY, None)]
    numbered: list[tuple[int, Stage | None]] = list(enumerate(plan.stages))
    return numbered if after is None else numbered[after[0] : after[0] + 1]


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
    return pages.by_score(besides(found, stage), plan, after)


def _hit(reader: Reader, placed: Placed[Card], asked: Asked, marks: Highlighter, place: Place | None) -> Hit:
    card = placed.card
    title = shown_title(card, asked.language)
    its = reader.places().get(card.store_id) if place else None
    return Hit(
        card=card,
        title=title,
        highlights=marks.spans(title),
        score=placed.score,
        distance_km=kilometres(place, its) if place and its else None,
    )


def search_stores(reader: Reader, asked: AskedStores) -> FoundStores:
    plan, among = planned(asked.text, "en"), silent(term("kind", STORE))
    filters = [*stores_of(asked)]
    if asked.near:
        filters.append(any_of("store", within(reader, asked.near.place, asked.near.km)))
    for number, stage in stages_of(plan, asked.after):
        text = all_of([among, text_of(stage, reader)]) if stage else among
        found = all_of([text, *map(silent, filters)])
        page = _page_of_stores(Pages(reader, STORES, asked.limit), asked, plan, stage, found)
        if page.total or (filters and reader.count(text)):
            marks = highlighter(plan, stage)
            return FoundStores(
                total=page.total,
                hits=tuple(_store_hit(each.card, asked, marks) for each in page.hits),
                after=(number, *page.after) if page.after else None,
            )
    return FoundStores(total=0, hits=())


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
    return pages.by_score(besides(found, stage), plan, after)


def _store_hit(card: StoreCard, asked: AskedStores, marks: Highlighter) -> StoreHit:
    far = kilometres(asked.near.place, card.place) if asked.near and card.place else None
    return StoreHit(card=card, highlights=marks.spans(card.name), distance_km=far)
