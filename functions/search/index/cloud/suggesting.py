"""What is offered before anybody asked: completions of what is being typed, and goods like these."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from functions.search.index.cloud.names import LISTINGS, STORES
from functions.search.index.cloud.queries import SHOWN, asking, ordered
from functions.search.index.cloud.searching import hit_of
from functions.search.index.cloud.signed import Asking, Signed
from functions.search.index.cloud.sources import store_card_of
from functions.search.model.documents import Card
from functions.search.model.found import Hit, Suggestions
from functions.search.words.completions import completed
from functions.search.words.highlights import highlighter
from functions.search.words.plan import Plan, Stage, alike, prefixed
from functions.search.words.tokens import fold
from functions.search.words.written import shown_title

WITHIN_S = 2.0  # later, the word has been typed
GATHERED_FROM = 60  # hits
BRANDS, SHOPS = 3, 3

Raw = Mapping[str, Any]


class Suggesting:
    def __init__(self, cluster: Signed) -> None:
        self._cluster = cluster

    def suggest(self, text: str, language: str, limit: int) -> Suggestions:
        """By standing alone: of all that begins so, what most people want. Goods and stores in one call."""
        plan = prefixed(text)
        if not plan.stages:
            return Suggestions()
        stage, stores = plan.stages[0], _beginning(plan, plan.stages[0], SHOPS)
        goods, shops = self._both(_beginning(plan, stage, GATHERED_FROM), stores)
        for stage in plan.stages[1:]:
            if not goods:
                goods = self._found(_beginning(plan, stage, GATHERED_FROM))
        marks = highlighter(plan, stage if goods else None)
        hits = [hit_of(raw, language, marks) for raw in goods]
        cards = [hit.card for hit in hits]
        brands = dict.fromkeys(card.brand for card in cards if card.brand and fold(card.brand).startswith(fold(text)))
        return Suggestions(
            queries=completed(text, [(shown_title(card, language), *card.titles.values()) for card in cards], limit),
            brands=tuple(brands)[:BRANDS],
            hits=tuple(_one_of_each(hits))[:limit],
            stores=tuple(store_card_of(raw["_source"]) for raw in shops),
        )

    def similar(self, product_id: str, language: str, limit: int) -> tuple[Hit, ...]:
        own = self._offers([product_id])
        plan = alike(own[product_id]) if own else None
        if plan is None or not plan.stages:
            return ()
        query = asking(plan, plan.stages[0])
        query["bool"]["must_not"] = [{"term": {"product_id": product_id}}]
        body = {"query": query, "sort": ordered("relevance"), "collapse": {"field": "product_id"}, "size": limit}
        return tuple(hit_of(raw, language) for raw in self._found(body))

    def cards(self, product_ids: Sequence[str], language: str) -> tuple[Hit, ...]:
        offers = self._offers(product_ids)
        shown = [offers[product_id] for product_id in product_ids if product_id in offers]
        return tuple(Hit(card=card, title=shown_title(card, language)) for card in shown)

    def _offers(self, product_ids: Sequence[str]) -> dict[str, Card]:
        """Of each product the offer of the best standing, which one that is in stock has."""
        if not product_ids:
            return {}
        wanted = list(dict.fromkeys(product_ids))
        body = {
            "query": {"bool": {"filter": [SHOWN, {"terms": {"product_id": wanted}}]}},
            "sort": ordered("quality"),
            "collapse": {"field": "product_id"},
            "size": len(wanted),
        }
        cards = [hit_of(raw, "").card for raw in self._found(body)]
        return {card.product_id: card for card in cards}

    def _found(self, body: Raw) -> list[Raw]:
        told = self._cluster.ask(Asking("POST", f"/{LISTINGS}/_search", body=body), WITHIN_S)
        return list(told["hits"]["hits"])

    def _both(self, goods: Raw, stores: Raw) -> tuple[list[Raw], list[Raw]]:
        lines = [{"index": LISTINGS}, goods, {"index": STORES}, stores]
        told = self._cluster.ask(Asking("POST", "/_msearch", lines=lines), WITHIN_S)["responses"]
        first, second = (list(each.get("hits", {}).get("hits", ())) for each in told)
        return first, second


def _one_of_each(hits: Iterable[Hit]) -> Iterable[Hit]:
    shown: dict[str, Hit] = {}
    for hit in hits:
        shown.setdefault(hit.card.product_id, hit)
    return shown.values()


def _beginning(plan: Plan, stage: Stage, most: int) -> dict[str, Any]:
    return {"query": asking(plan, stage, ranked=False), "sort": ordered("quality"), "size": most}
