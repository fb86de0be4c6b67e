"""Facets as aggregations: each under all filters but its own, so that choosing a second value of it is worth a look."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.search.index.cloud.queries import Query
from functions.search.index.cloud.sources import THOUSANDTHS, attribute
from functions.search.model.asked import Asked, Facet
from functions.search.model.found import FacetValue
from functions.search.words.ladders import price_steps, price_values, rating_values

SHOWN = 50  # values of a facet
STARS = (1, 2, 3, 4, 5)
FIELDS = {"category": "categories", "store": "store_id"}
COUNTED = "counted"


def counting(asked: Asked, filters: Mapping[str, Query]) -> dict[Facet, Any]:
    """`filters`: what the search itself leaves to be filtered afterwards, since a facet wants to count without it."""
    return {
        facet: {
            "filter": {"bool": {"filter": [query for name, query in filters.items() if name != facet]}},
            "aggs": {COUNTED: _counting(facet, asked)},
        }
        for facet in asked.facets
    }


def counted(asked: Asked, told: Mapping[str, Any]) -> dict[Facet, tuple[FacetValue, ...]]:
    return {facet: _values(facet, asked, told[facet][COUNTED]["buckets"]) for facet in asked.facets}


def _counting(facet: Facet, asked: Asked) -> dict[str, Any]:
    if facet == "price":
        return _ranges(f"prices.{asked.currency}", price_steps(asked.currency))
    if facet == "rating":
        return _ranges("rating", [star * THOUSANDTHS for star in STARS])
    if facet.startswith("attr."):
        start = attribute(facet.removeprefix("attr."), "")
        return {"terms": {"field": "attributes", "size": SHOWN, "include": f"{_literally(start)}.*"}}
    return {"terms": {"field": FIELDS.get(facet, facet), "size": SHOWN}}


def _literally(text: str) -> str:
    """For Lucene's regular expressions, in which every sign that is no letter or digit may mean something."""
    return "".join(sign if sign.isalnum() else f"\\{sign}" for sign in text)


def _ranges(field: str, steps: Sequence[int]) -> dict[str, Any]:
    ends = zip([None, *steps], [*steps, None], strict=True)
    ranges = [{name: end for name, end in (("from", low), ("to", high)) if end is not None} for low, high in ends]
    return {"range": {"field": field, "ranges": ranges}}


def _values(facet: Facet, asked: Asked, buckets: Sequence[Mapping[str, Any]]) -> tuple[FacetValue, ...]:
    if facet == "price":
        return price_values(price_steps(asked.currency), _in_order(buckets))
    if facet == "rating":
        return rating_values(dict(zip((0, *STARS), _in_order(buckets), strict=True)))
    start = len(attribute(facet.removeprefix("attr."), "")) if facet.startswith("attr.") else 0
    return tuple(
        FacetValue(str(bucket.get("key_as_string", bucket["key"]))[start:], bucket["doc_count"]) for bucket in buckets
    )


def _in_order(buckets: Sequence[Mapping[str, Any]]) -> list[int]:
    return [bucket["doc_count"] for bucket in sorted(buckets, key=lambda each: each.get("from", -1.0))]
