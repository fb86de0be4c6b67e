"""A search, from what was asked to what is shown: mostly one call, and one more where nothing was found at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.search.index.cloud.facets import counted, counting
from functions.search.index.cloud.names import LISTINGS, STORES
from functions.search.index.cloud.queries import Query, asking, ordered, wanted, wanted_of_stores
from functions.search.index.cloud.signed import Asking, Signed
from functions.search.index.cloud.sources import card_of, place_of, store_card_of
from functions.search.index.distances import kilometres
from functions.search.model.asked import AS_DESIGNED, After, Asked, AskedStores
from functions.search.model.documents import Place
from functions.search.model.found import Found, FoundStores, Hit, StoreHit
from functions.search.words.highlights import Highlighter, highlighter
from functions.search.words.plan import Plan, Stage, planned
from functions.search.words.typos import meant
from functions.search.words.written import shown_title

WITHIN_S = 3.0
ANY = -1  # the stage of a search without words
MEANT_BY = 20  # hits that tell what a mistyped word was meant to be

Raw = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    stage: Stage | None
    total: int
    hits: Sequence[Raw]
    after: After | None
    told: Raw  # the aggregations


class Searching:
    def __init__(self, cluster: Signed) -> None:
        self._cluster = cluster

    def search(self, asked: Asked) -> Found:
        plan = planned(asked.text, asked.language, asked.tuning)
        filters = wanted(asked.filters, asked.currency)
        chosen = {name: query for name, query in filters.items() if name in asked.facets}
        place = asked.place or (asked.filters.near.place if asked.filters.near else None)
        standing_alone = not plan.stages and asked.sort == "relevance" and asked.tuning == AS_DESIGNED
        body = {
            "sort": ordered("quality" if standing_alone else asked.sort, asked.currency, place),
            "aggs": counting(asked, chosen),
            "post_filter": {"bool": {"filter": list(chosen.values())}},
        }
        before = [query for name, query in filters.items() if name not in chosen]
        page = self._page(LISTINGS, plan, before, body, asked, filtered=bool(filters))
        if page is None:
            return Found(total=0, hits=(), facets=dict.fromkeys(asked.facets, ()))
        marks, loosely = highlighter(plan, page.stage), bool(page.stage and page.stage.loosely)
        hits = tuple(hit_of(raw, asked.language, marks, place) for raw in page.hits)
        return Found(
            total=page.total,
            hits=hits,
            facets=counted(asked, page.told),
            after=page.after,
            loosely=loosely,
            did_you_mean=meant(plan.words, [hit.title for hit in hits[:MEANT_BY]]) if loosely else None,
        )

    def search_stores(self, asked: AskedStores) -> FoundStores:
        plan = planned(asked.text, "en")
        filters, place = wanted_of_stores(asked), asked.near.place if asked.near else None
        standing_alone = not plan.stages and asked.sort == "relevance"
        body = {"sort": ordered("quality" if standing_alone else asked.sort, place=place)}
        page = self._page(STORES, plan, filters, body, asked, filtered=bool(filters))
        if page is None:
            return FoundStores(total=0, hits=())
        marks = highlighter(plan, page.stage)
        return FoundStores(
            total=page.total,
            hits=tuple(store_hit_of(raw, marks, place) for raw in page.hits),
            after=page.after,
        )

    def _page(
        self,
        alias: str,
        plan: Plan,
        filters: Sequence[Query],
        body: Mapping[str, Any],
        asked: Asked | AskedStores,
        *,
        filtered: bool,
    ) -> Page | None:
        """Of the first stage that finds anything, whatever filters leave: else a filter would change what a word means.

        Later pages stay with the first one's stage.
        """
        body = {**body, "size": asked.limit + 1, "track_total_hits": True, "_source": ["card", "place"]}
        ranked = any("_score" in by for by in body["sort"])
        started = asked.after is not None
        if asked.after is not None:
            body["search_after"] = list(asked.after[1:])
        for number in _stages(plan, asked.after):
            stage = plan.stages[number] if number != ANY else None
            told = self.ask(alias, {**body, "query": asking(plan, stage, filters, ranked=ranked)})
            total, hits = told["hits"]["total"]["value"], told["hits"]["hits"]
            if total or started or stage is None or (filtered and self._finds(alias, plan, stage)):
                more = len(hits) > asked.limit
                after = (number, *hits[asked.limit - 1]["sort"]) if more else None
                return Page(stage, total, hits[: asked.limit], after, told.get("aggregations", {}))
        return None

    def _finds(self, alias: str, plan: Plan, stage: Stage) -> bool:
        """Anything at all, had nothing been filtered."""
        body = {"query": asking(plan, stage, ranked=False), "size": 0, "terminate_after": 1, "track_total_hits": 1}
        return bool(self.ask(alias, body)["hits"]["total"]["value"])

    def ask(self, alias: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return self._cluster.ask(Asking("POST", f"/{alias}/_search", body=body), WITHIN_S)


def _stages(plan: Plan, after: After | None) -> Iterable[int]:
    if not plan.stages:
        return (ANY,)
    if after is not None and 0 <= after[0] < len(plan.stages):
        return (after[0],)
    return range(len(plan.stages))


def hit_of(raw: Raw, language: str, marks: Highlighter | None = None, place: Place | None = None) -> Hit:
    source = raw["_source"]
    card, its = card_of(source), place_of(source)
    title = shown_title(card, language)
    return Hit(
        card=card,
        title=title,
        highlights=marks.spans(title) if marks else (),
        score=raw.get("_score") or 0.0,
        distance_km=kilometres(place, its) if place and its else None,
    )


def store_hit_of(raw: Raw, marks: Highlighter, place: Place | None) -> StoreHit:
    card = store_card_of(raw["_source"])
    far = kilometres(place, card.place) if place and card.place else None
    return StoreHit(card=card, highlights=marks.spans(card.name), distance_km=far)
