"""What operators see and change of search: words that mean the same, what counts how much, what nobody found."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from functions.search.model.kept import Rebuild
from functions.search.model.names import Locale, Version
from kernel.errors import Conflict
from kernel.http import Answer, Request

GROUPS = 500  # of synonyms in a language
TOGETHER = 20  # words that mean the same
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60), Field(examples=["sofa"])]
Group = Annotated[list[Phrase], Field(min_length=2, max_length=TOGETHER, examples=[["sofa", "couch"]])]
Weight = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False, examples=[1.0])]


class Boosts(Request):
    """How much each counts beside the words that match. 0: nothing; 1: as designed; 5 is the most."""

    popularity: Weight = 1.0
    rating: Weight = 1.0
    verified: Weight = 1.0
    available: Weight = 1.0


class SearchSettingsChange(Request):
    """The whole of the settings: what is left out is at its default again."""

    synonyms: Annotated[
        dict[Locale, Annotated[list[Group], Field(max_length=GROUPS)]],
        Field(examples=[{"en": [["sofa", "couch"]]}]),
    ] = Field(default_factory=dict)
    boosts: Boosts = Field(default_factory=Boosts)


class SearchSettings(Answer):
    synonyms: Annotated[dict[Locale, list[list[str]]], Field(examples=[{"en": [["sofa", "couch"]]}])] = Field(
        default_factory=dict
    )
    boosts: Boosts = Field(default_factory=Boosts)
    version: Version = 0


class Miss(Answer):
    """A query that found nothing, as it was folded for counting. Nobody knows who asked."""

    query: Annotated[str, Field(examples=["theremin"])]
    count: Annotated[int, Field(ge=1, examples=[17])]


class MissList(Answer):
    week: Annotated[str, Field(examples=["2030-W01"])]
    items: list[Miss]


class SearchHealth(Answer):
    """`listings` and `stores` are those that can be found."""

    kind: Annotated[Literal["embedded", "opensearch", "none"], Field(examples=["embedded"])]
    available: bool
    listings: Annotated[int, Field(ge=0, examples=[607])] = 0
    stores: Annotated[int, Field(ge=0, examples=[12])] = 0
    generation: Annotated[str, Field(examples=["rbd_01k6m2q8vx4c7e9r1t3y5w7zab"])] = ""
    detail: Annotated[str, Field(examples=[""])] = ""
    rebuild: Rebuild | None = None


class SettingsChanged(Conflict):
    """Someone else changed the settings at the same moment. Read them again, then repeat your change."""
