"""What the index finds, and how it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from functions.search.model.asked import After, Facet
from functions.search.model.documents import Card, StoreCard

Span = tuple[int, int]  # from the first character to the one behind the last, counted in characters of the shown title


@dataclass(frozen=True, slots=True)
class FacetValue:
    """`value` is what to filter by: an id, a brand, "true", or for prices and ratings "from-to" with an open end."""

    value: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    card: Card
    title: str  # in the asked language, else the product's own
    highlights: tuple[Span, ...] = ()  # in `title`
    score: float = 0.0
    distance_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[Facet, tuple[FacetValue, ...]] = field(default_factory=dict)
    after: After | None = None  # None: this was the last page
    loosely: bool = False  # nothing matched the words as they were typed: these match words that are like them
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    queries: tuple[str, ...] = ()  # what to search for, the likeliest first
    brands: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()  # goods, at most one offer of each product
    stores: tuple[StoreCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreHit:
    card: StoreCard
    highlights: tuple[Span, ...] = ()  # in the name
    distance_km: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStores:
    total: int
    hits: tuple[StoreHit, ...]
    after: After | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write. `stale`: a newer revision was there, so all is well. `refused`: never can be written.
    `failed`: to be repeated."""

    id: str  # of the offer or the store
    became: Literal["applied", "stale", "refused", "failed"]
    reason: str = ""

    @property
    def done(self) -> bool:
        return self.became in ("applied", "stale")


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    kind: Literal["embedded", "opensearch"]
    available: bool
    documents: int = 0  # shown ones
    stores: int = 0
    generation: str = ""
    rebuilding: str | None = None  # the generation that is being filled
    detail: str = ""
