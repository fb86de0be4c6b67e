"""What a search asks the index: already checked, in the index's own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from functions.search.model.documents import Place

Sort = Literal["relevance", "price_up", "price_down", "newest", "rating", "distance"]
# Of facets over attributes there is one a code: "attr.colour".
Facet = str
FACETS: tuple[Facet, ...] = ("category", "brand", "condition", "store", "price", "rating", "available", "verified")

# Where a page begins: what the index said as `after` of the one before, to be given back as it was. Whoever hands it
# to a client signs it.
After = tuple[Any, ...]

# Words that mean the same, by language: each group is found by any of its members.
Synonyms = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Near:
    place: Place
    km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Of one filter any of the values will do, and all filters have to hold. What is empty or None filters nothing."""

    categories: tuple[str, ...] = ()  # a category stands for all below it
    brands: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    price_from: int | None = None  # minor units of the asked currency, both ends included
    price_to: int | None = None
    rating_from: float | None = None
    available: bool | None = None
    verified: bool | None = None  # of the store
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by code; true, 580, 2.5 written so
    near: Near | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """What operators tune without a rebuild: how much each thing counts beside the words that match."""

    synonyms: Synonyms = field(default_factory=dict)
    popularity: float = 1.0  # 0: counts nothing; 1: as designed; at most 5
    rating: float = 1.0
    verified: float = 1.0
    available: float = 1.0


AS_DESIGNED = Tuning()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """`text` is what `words.limits.readable` makes of what was typed; empty: everything that passes the filters."""

    text: str = ""
    language: str = "en"
    currency: str = "EUR"
    filters: Filters = Filters()
    facets: tuple[Facet, ...] = ()
    sort: Sort = "relevance"
    place: Place | None = None  # where distances are counted from, if not from `filters.near`
    after: After | None = None
    limit: int = 20
    tuning: Tuning = AS_DESIGNED


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedStores:
    text: str = ""
    categories: tuple[str, ...] = ()
    verified: bool | None = None
    rating_from: float | None = None
    country: str | None = None
    near: Near | None = None
    sort: Literal["relevance", "rating", "distance"] = "relevance"
    after: After | None = None
    limit: int = 20
