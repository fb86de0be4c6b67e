"""A search as people send it, checked and put into the index's own words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from functions.search.model.answers import SearchRefused
from functions.search.model.asked import FACETS, Facet, Filters, Near, Sort
from functions.search.model.documents import Place
from kernel.errors import Fault

VALUES = 20  # of one filter
ATTRIBUTES = 8
FACETS_AT_ONCE = 12
LONGEST_VALUE = 200
PARAMETERS = 100
EVERYWHERE_KM = 20_100.0  # half around the earth
StoreSort = Literal["relevance", "rating", "distance"]
_CODE = re.compile(r"attr\.([a-z][a-z0-9_]{0,39})")


@dataclass(frozen=True, slots=True)
class Said:
    """The query string, pair by pair, for what has no fixed name or may hold commas."""

    pairs: Sequence[tuple[str, str]]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value for key, value in self.pairs if key == name and value))


@dataclass(frozen=True, slots=True)
class Where:
    lat: float | None = None
    lon: float | None = None
    km: float | None = None

    def place(self) -> Place | None:
        if (self.lat is None) != (self.lon is None):
            raise _refused("lat", "Latitude and longitude go together.")
        if self.km is not None and self.lat is None:
            raise _refused("km", "A distance needs the place it is counted from: lat and lon.")
        return None if self.lat is None or self.lon is None else (self.lat, self.lon)

    def near(self) -> Near | None:
        place = self.place()
        return Near(place, self.km) if place and self.km is not None else None

    def around(self) -> Near | None:
        """Of stores: near, or anywhere, but with distances counted from here."""
        place = self.place()
        return Near(place, self.km or EVERYWHERE_KM) if place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What else is filtered by."""

    categories: Sequence[str] = ()
    conditions: Sequence[str] = ()
    stores: Sequence[str] = ()
    price_from: int | None = None
    price_to: int | None = None
    rating_from: float | None = None
    available: bool | None = None
    verified: bool | None = None
    where: Where = field(default_factory=Where)


def filters(wanted: Wanted, said: Said) -> Filters:
    if wanted.price_from is not None and wanted.price_to is not None and wanted.price_from > wanted.price_to:
        raise _refused("price_to", "The highest price is below the lowest.")
    brands = said.all("brand")
    many = {"category": wanted.categories, "condition": wanted.conditions, "store": wanted.stores, "brand": brands}
    for name, values in many.items():
        _check(name, values)
    return Filters(
        categories=tuple(wanted.categories),
        brands=brands,
        conditions=tuple(wanted.conditions),
        stores=tuple(wanted.stores),
        price_from=wanted.price_from,
        price_to=wanted.price_to,
        rating_from=wanted.rating_from,
        available=wanted.available,
        verified=wanted.verified,
        attributes=_attributes(said),
        near=wanted.where.near(),
    )


def facets(asked: Iterable[str]) -> tuple[Facet, ...]:
    names = tuple(dict.fromkeys(name for one in asked for name in one.split(",") if name))
    if len(names) > FACETS_AT_ONCE:
        raise _refused("facets", f"At most {FACETS_AT_ONCE} facets are counted at once.")
    for name in names:
        if name not in FACETS and not _CODE.fullmatch(name):
            raise _refused("facets", f"There is no facet {name[:40]!r}: there are {', '.join(FACETS)} and attr.<code>.")
    return names


def sort(wanted: Sort, where: Where) -> Sort:
    if wanted == "distance" and not where.place():
        raise _refused("sort", "To sort by distance, say from where: lat and lon.")
    return wanted


def store_sort(wanted: StoreSort, where: Where) -> StoreSort:
    if wanted == "distance" and not where.place():
        raise _refused("sort", "To sort by distance, say from where: lat and lon.")
    return wanted


def few(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    if len(pairs) > PARAMETERS:
        raise _refused("", f"A search has at most {PARAMETERS} parameters.")
    return pairs


def ignored(filters: Filters, facets: Sequence[Facet], text: str, sort: str) -> list[str]:
    """What the listing of a category cannot heed, by the names of the parameters."""
    said = {
        "q": text,
        "price_from": filters.price_from is not None,
        "price_to": filters.price_to is not None,
        "rating_from": filters.rating_from is not None,
        "km": filters.near,
        "facets": facets,
        "sort": sort not in ("relevance", "newest"),
        **{f"attr.{code}": values for code, values in filters.attributes.items()},
    }
    return [name for name, value in said.items() if value]


def _attributes(said: Said) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, _ in said.pairs:
        if not name.startswith("attr."):
            continue
        code = _CODE.fullmatch(name)
        if not code:
            raise _refused(name[:60], "An attribute is asked for as attr.<code>, the code in small letters.")
        found[code[1]] = said.all(name)
        _check(name, found[code[1]])
    if len(found) > ATTRIBUTES:
        raise _refused("attr", f"At most {ATTRIBUTES} attributes are filtered by at once.")
    return {code: values for code, values in found.items() if values}


def _check(name: str, values: Sequence[str]) -> None:
    if len(values) > VALUES:
        raise _refused(name, f"At most {VALUES} values of one filter.")
    if any(len(value) > LONGEST_VALUE or not value.isprintable() for value in values):
        raise _refused(name, f"A value has at most {LONGEST_VALUE} characters, and no control characters.")


def _refused(name: str, detail: str) -> SearchRefused:
    return SearchRefused(faults=[Fault(f"/{name}", detail, where="query")])
