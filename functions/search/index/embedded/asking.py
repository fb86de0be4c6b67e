"""A plan and filters as tantivy's queries. No text of anybody's is ever parsed: every word becomes a term."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import tantivy
from tantivy import Occur, Query

from functions.search.index.distances import kilometres
from functions.search.index.embedded.reading import Reader, all_of, term
from functions.search.index.embedded.schema import LISTING, TIES, price_field, schema
from functions.search.model.asked import Asked, AskedStores, Filters
from functions.search.words.plan import PHRASE, Alternative, Match, Plan, Stage

MOST = (1 << 64) - 1
_FEW = 8


@cache
def listings() -> Query:
    return silent(term("kind", LISTING))


def silent(query: Query) -> Query:
    """It decides what is found and adds nothing to a score."""
    return Query.const_score_query(query, 0.0)


def any_of(name: str, values: Iterable[str]) -> Query:
    """A few are looked up one by one; many are looked for along the whole dictionary."""
    wanted = list(values)
    if len(wanted) > _FEW or not wanted:
        return Query.term_set_query(schema(), name, wanted)
    return Query.boolean_query([(Occur.Should, term(name, value)) for value in wanted])


def between(field: str, low: int | None, high: int | None) -> Query:
    """Of a packed field: the numbers from `low` to `high`, whatever tells their equals apart."""
    least = (low or 0) * TIES
    most = MOST if high is None else (high + 1) * TIES - 1
    return raw_between(field, least, min(most, MOST))


def raw_between(field: str, least: int, most: int) -> Query:
    return Query.range_query(schema(), field, tantivy.FieldType.Unsigned, least, most, True, True)


def text_of(stage: Stage, reader: Reader) -> Query:
    """Without the words that are nowhere: what is left is asked for once for the hits and once for every facet."""
    groups = [
        _any([_alternative(each) for each in group if all(reader.knows(match) for match in each.matches)])
        for group in stage.groups
    ]
    if stage.required == len(groups):
        return groups[0] if len(groups) == 1 else all_of(groups)
    return Query.boolean_query([(Occur.Should, group) for group in groups], minimum_number_should_match=stage.required)


def found_by(stage: Stage, reader: Reader) -> Query:
    """The same documents, for whoever only counts them: none is weighed, and no word looked for that is found anyway.

    To look for what is mistyped takes most of such a search, once for the hits and once for every facet.
    """
    groups = [Query.boolean_query([(Occur.Should, one) for one in _ways(group, reader)]) for group in stage.groups]
    return Query.boolean_query([(Occur.Should, group) for group in groups], minimum_number_should_match=stage.required)


def _ways(group: Sequence[Alternative], reader: Reader) -> Iterator[Query]:
    """Whatever is one error away from a word is two away as well."""
    furthest: dict[tuple[str, str], int] = {}
    for each in group:
        if len(each.matches) == 1:
            match = each.matches[0]
            furthest[match.field, match.word] = max(match.distance, furthest.get((match.field, match.word), 0))
        elif all(reader.knows(match) for match in each.matches):
            yield all_of([_match(match) for match in each.matches])
    for (field, word), distance in furthest.items():
        if reader.knows(match := Match(field, word, distance)):
            yield _match(match)


def _any(queries: list[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries)


def _alternative(alternative: Alternative) -> Query:
    matches = [_match(match) for match in alternative.matches]
    return Query.const_score_query(matches[0] if len(matches) == 1 else all_of(matches), alternative.weight)


def _match(match: Match) -> Query:
    if match.distance:
        return Query.fuzzy_term_query(schema(), match.field, match.word, match.distance, True, False)
    return term(match.field, match.word)


def besides(found: Query, stage: Stage | None) -> Query:
    """What is found, and what adds to its score without deciding whether it is."""
    adding = [_alternative(each) for each in stage.besides] if stage else []
    if stage and stage.phrase:
        phrase = Query.phrase_query(schema(), "title", list(stage.phrase))
        adding.append(Query.const_score_query(phrase, PHRASE))
    return Query.boolean_query([(Occur.Must, found), *((Occur.Should, each) for each in adding)]) if adding else found


def weighed(found: Query, plan: Plan, reader: Reader) -> Query:
    """With what each sign of standing adds."""
    signs = [
        (Occur.Should, Query.const_score_query(term("standing", sign), weight))
        for sign, weight in plan.standing
        if weight and reader.knows(Match("standing", sign))
    ]
    return Query.boolean_query([(Occur.Must, found), *signs])


def filters_of(asked: Asked, reader: Reader) -> dict[str, Query]:
    """By the name of the facet that a filter is chosen in."""
    filters = asked.filters
    made = dict(_sets(filters))
    if filters.price_from is not None or filters.price_to is not None:
        made["price"] = between(price_field(asked.currency), filters.price_from, filters.price_to)
    if filters.rating_from is not None:
        made["rating"] = between("rating", round(filters.rating_from * 1000), None)
    if filters.near:
        made["near"] = any_of("store", within(reader, filters.near.place, filters.near.km))
    return {name: silent(query) for name, query in made.items()}


def _sets(filters: Filters) -> Iterator[tuple[str, Query]]:
    chosen: Mapping[str, tuple[str, ...]] = {
        "categories": filters.categories,
        "brand": filters.brands,
        "condition": filters.conditions,
        "store": filters.stores,
    }
    for name, values in chosen.items():
        if values:
            yield name.replace("categories", "category"), any_of(name, values)
    for name, wanted in (("available", filters.available), ("verified", filters.verified)):
        if wanted is not None:
            yield name, term(name, "true" if wanted else "false")
    for code, values in filters.attributes.items():
        found = [term(f"attributes.{code}", value) for value in values]
        yield f"attr.{code}", Query.boolean_query([(Occur.Should, query) for query in found])


def within(reader: Reader, place: tuple[float, float], km: float) -> list[str]:
    return [store for store, its in reader.places().items() if kilometres(place, its) <= km]


def stores_of(asked: AskedStores) -> Iterator[Query]:
    if asked.categories:
        yield any_of("categories", asked.categories)
    if asked.verified is not None:
        yield term("verified", "true" if asked.verified else "false")
    if asked.rating_from is not None:
        yield between("rating", round(asked.rating_from * 1000), None)
    if asked.country:
        yield term("country", asked.country)
