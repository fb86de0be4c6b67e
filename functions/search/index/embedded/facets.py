"""Facets: each is counted under all filters but its own, so that choosing a second value of it is worth a look."""

from collections.abc import Mapping
from typing import Any

from tantivy import Query

from functions.search.index.embedded.reading import Reader, all_of
from functions.search.index.embedded.schema import TIES, price_field
from functions.search.model.asked import Asked
from functions.search.model.found import FacetValue
from functions.search.words.ladders import price_steps, price_values, rating_values

SHOWN = 50  # values of a facet
_EXACT = 65_000  # values that each segment counts: all of them, so that the sum is right
_STARS = (1, 2, 3, 4, 5)
_FIELDS = {"category": "categories"}


def facets_of(
    reader: Reader, asked: Asked, text: Query, filters: Mapping[str, Query]
) -> dict[str, tuple[FacetValue, ...]]:
    wanted = dict.fromkeys(asked.facets)
    together = [facet for facet in wanted if facet not in filters]
    counted: dict[str, Any] = {}
    if together:
        everything = all_of([text, *filters.values()])
        counted |= reader.counted(everything, {facet: _counting(facet, asked) for facet in together})
    for facet in wanted:
        if facet in filters:
            others = all_of([text, *(query for name, query in filters.items() if name != facet)])
            counted |= reader.counted(others, {facet: _counting(facet, asked)})
    return {facet: _values(facet, asked, counted[facet]["buckets"]) for facet in wanted}


def _counting(facet: str, asked: Asked) -> dict[str, Any]:
    if facet == "price":
        return _ranges(price_field(asked.currency), price_steps(asked.currency))
    if facet == "rating":
        return _ranges("rating", tuple(star * 1000 for star in _STARS))
    field = f"attributes.{facet[5:]}" if facet.startswith("attr.") else _FIELDS.get(facet, facet)
    return {"terms": {"field": field, "size": SHOWN, "segment_size": _EXACT}}


def _ranges(field: str, steps: tuple[int, ...]) -> dict[str, Any]:
    bounds = [float(step * TIES) for step in steps]  # exact: a step has far fewer than the 53 bits there are
    ends = zip([None, *bounds], [*bounds, None], strict=True)
    ranges = [{name: value for name, value in (("from", low), ("to", high)) if value is not None} for low, high in ends]
    return {"range": {"field": field, "ranges": ranges}}


def _values(facet: str, asked: Asked, buckets: list[dict[str, Any]]) -> tuple[FacetValue, ...]:
    if facet == "price":
        return price_values(price_steps(asked.currency), _in_order(buckets))
    if facet == "rating":
        return rating_values(dict(zip((0, *_STARS), _in_order(buckets), strict=True)))
    found = [FacetValue(str(each["key"]), each["doc_count"]) for each in buckets if each["doc_count"]]
    return tuple(sorted(found, key=lambda each: (-each.count, each.value)))


def _in_order(buckets: list[dict[str, Any]]) -> list[int]:
    return [each["doc_count"] for each in sorted(buckets, key=lambda each: each.get("from", -1.0))]
