"""What a search is answered with."""

from typing import Annotated

from pydantic import Field

from functions.search.model.hits import Count, Highlight, SearchHit
from functions.search.model.names import ImageId, StoreId
from kernel.errors import Invalid
from kernel.http import Answer

Cursor = Annotated[str | None, Field(examples=["eyJwayI6…"])]
Words = Annotated[str, Field(examples=["leica m3"])]


class FacetCount(Answer):
    """`value` is what to filter by; of prices and ratings it is `from-to`, either end of which may be open."""

    value: Annotated[str, Field(examples=["Leica"])]
    count: Count


class SearchPage(Answer):
    """`loosely`: nothing has the words as they were typed, these have words like them.

    `degraded`: the index is away; what is listed comes from search's own table, newest first, and `notice` and
    `ignored` say what that leaves out.
    """

    total: Annotated[int | None, Field(ge=0, examples=[12], description="None: not counted, while degraded.")]
    items: list[SearchHit]
    facets: Annotated[dict[str, list[FacetCount]], Field(examples=[{"brand": [{"value": "Leica", "count": 3}]}])] = (
        Field(default_factory=dict)
    )
    cursor: Cursor = None
    loosely: bool = False
    did_you_mean: Annotated[str | None, Field(examples=["leica m3"])] = None
    degraded: bool = False
    notice: Annotated[str | None, Field(examples=[None])] = None
    ignored: Annotated[list[str], Field(examples=[[]])] = Field(default_factory=list)


class StoreFound(Answer):
    store_id: StoreId
    slug: Annotated[str, Field(examples=["analog-cameras"])]
    name: Annotated[str, Field(examples=["Analog Cameras"])]
    highlights: list[Highlight] = Field(default_factory=list)
    description: Annotated[str, Field(examples=["Cameras with a film in them"])] = ""
    country: Annotated[str, Field(examples=["DE"])] = ""
    verified: bool
    rating: Annotated[float | None, Field(ge=0, le=5, examples=[4.6])] = None
    ratings: Count = 0
    logo_id: ImageId | str | None = None
    distance_km: Annotated[float | None, Field(ge=0, examples=[3.2])] = None


class StoresFound(Answer):
    total: Count
    items: list[StoreFound]
    cursor: Cursor = None
    degraded: bool = False
    notice: Annotated[str | None, Field(examples=[None])] = None


class SuggestionList(Answer):
    """What is likely to be meant, while it is being typed."""

    queries: list[Words] = Field(default_factory=list)
    brands: list[Annotated[str, Field(examples=["Leica"])]] = Field(default_factory=list)
    items: list[SearchHit] = Field(default_factory=list)
    stores: list[StoreFound] = Field(default_factory=list)
    degraded: bool = False


class SearchRefused(Invalid):
    """This cannot be searched for. Each fault says which parameter and why."""
