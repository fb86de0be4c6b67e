"""A plan and filters in the words of OpenSearch. Every match counts a fixed weight, so both indexes order alike."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from functions.search.index.cloud.sources import attribute, point, thousandths
from functions.search.model.asked import AskedStores, Filters, Near
from functions.search.model.documents import Place
from functions.search.words.plan import PHRASE, Alternative, Match, Plan, Stage

Query = dict[str, Any]

ROUNDED_KM = 0.005
SHOWN: Query = {"term": {"shown": True}}


def asking(plan: Plan, stage: Stage | None, filters: Iterable[Query] = (), *, ranked: bool = True) -> Query:
    """`ranked`: whether the score is wanted; where something else orders, to be found is enough."""
    asked: Query = {"filter": [SHOWN, *filters]}
    if stage:
        asked["must" if ranked else "filter"] = [*([] if ranked else asked["filter"]), _required(stage)]
    if ranked:
        asked["should"] = [
            *_besides(stage),
            *(_weighed(much, {"term": {"standing": sign}}) for sign, much in plan.standing if much),
        ]
    return {"bool": asked}


def _besides(stage: Stage | None) -> Iterator[Query]:
    """What adds to the score of what is found anyway."""
    if stage and stage.phrase:
        yield _weighed(PHRASE, {"match_phrase": {"title": " ".join(stage.phrase)}})
    if stage:
        yield from map(_alternative, stage.besides)


def _required(stage: Stage) -> Query:
    groups = [_best(group) for group in stage.groups]
    return {"bool": {"should": groups, "minimum_should_match": stage.required}}


def _best(group: Sequence[Alternative]) -> Query:
    return {"dis_max": {"queries": [_alternative(one) for one in group], "tie_breaker": 0.0}}


def _alternative(alternative: Alternative) -> Query:
    matches = [_match(match) for match in alternative.matches]
    return _weighed(alternative.weight, matches[0] if len(matches) == 1 else {"bool": {"filter": matches}})


def _match(match: Match) -> Query:
    if not match.distance:
        return {"term": {match.field: match.word}}
    # Rewritten so, all words within the distance are meant; otherwise only the fifty nearest would be.
    fuzzy = {"value": match.word, "fuzziness": match.distance, "transpositions": True, "rewrite": "constant_score"}
    return {"fuzzy": {match.field: fuzzy}}


def _weighed(weight: float, query: Query) -> Query:
    return {"constant_score": {"filter": query, "boost": weight}}


def wanted(filters: Filters, currency: str) -> dict[str, Query]:
    """Each filter by the facet that counts what could be chosen instead. A distance has none, and is called near."""
    said: dict[str, Query | None] = {
        "category": _any("categories", filters.categories),
        "brand": _any("brand", filters.brands),
        "condition": _any("condition", filters.conditions),
        "store": _any("store_id", filters.stores),
        "price": _between(f"prices.{currency}", filters.price_from, filters.price_to),
        "rating": _between("rating", thousandths(filters.rating_from), None),
        "available": _flag("available", filters.available),
        "verified": _flag("verified", filters.verified),
        "near": _within(filters.near),
    }
    for code, values in filters.attributes.items():
        said[f"attr.{code}"] = _any("attributes", [attribute(code, value) for value in values])
    return {name: query for name, query in said.items() if query}


def wanted_of_stores(asked: AskedStores) -> list[Query]:
    said = [
        _any("categories", asked.categories),
        _flag("verified", asked.verified),
        _between("rating", thousandths(asked.rating_from), None),
        {"term": {"country": asked.country}} if asked.country else None,
        _within(asked.near),
    ]
    return [query for query in said if query]


def _any(field: str, values: Sequence[str]) -> Query | None:
    return {"terms": {field: list(values)}} if values else None


def _flag(field: str, value: bool | None) -> Query | None:
    return None if value is None else {"term": {field: value}}


def _between(field: str, low: int | None, high: int | None) -> Query | None:
    bounds = {word: bound for word, bound in (("gte", low), ("lte", high)) if bound is not None}
    return {"range": {field: bounds}} if bounds else None


def _within(near: Near | None) -> Query | None:
    """Distances are said to ten metres, so one that is rounded down to the wanted one is within it."""
    if near is None:
        return None
    return {"geo_distance": {"distance": f"{near.km + ROUNDED_KM}km", "place": point(near.place)}}


def ordered(sort: str, currency: str = "", place: Place | None = None) -> list[Mapping[str, Any]]:
    """Always down to the id, so that a page begins where the last one ended whatever was changed in between."""
    field, falling = {
        "price_up": (f"prices.{currency}", False),
        "price_down": (f"prices.{currency}", True),
        "newest": ("listed_at", True),
        "rating": ("rating", True),
        "quality": ("quality", True),
    }.get(sort, ("_score", True))
    way = "desc" if falling else "asc"
    by: Mapping[str, Any] = {field: {"order": way, "missing": "_last", "unmapped_type": "long"}}
    if field == "_score":
        by = {"_score": "desc"}
    if sort == "distance" and place:
        way, by = "asc", {"_geo_distance": {"place": point(place), "order": "asc", "unit": "km"}}
    return [by, {"tie": way}, {"id": "asc"}]
