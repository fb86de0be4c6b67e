"""What a search has to find, found out the long way: one document after the other, in plain Python."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from functions.search.index.distances import kilometres
from functions.search.model.asked import Asked, Filters
from functions.search.model.documents import Document, Place
from functions.search.words.written import values_of

Passes = Callable[[Document, Asked], bool]


def _any(chosen: Sequence[str], has: Iterable[str]) -> bool:
    return not chosen or bool(set(chosen) & set(has))


def _price(document: Document, asked: Asked) -> bool:
    filters, price = asked.filters, document.card.prices.get(asked.currency)
    if filters.price_from is None and filters.price_to is None:
        return True
    return price is not None and (filters.price_from or 0) <= price <= (filters.price_to or 10**15)


def _rating(document: Document, asked: Asked) -> bool:
    least = asked.filters.rating_from
    return least is None or (document.card.rating is not None and document.card.rating >= least)


def _near(document: Document, asked: Asked) -> bool:
    near = asked.filters.near
    return near is None or (document.place is not None and kilometres(near.place, document.place) <= near.km)


PASSES: dict[str, Passes] = {
    "category": lambda document, asked: _any(asked.filters.categories, document.card.category_path),
    "brand": lambda document, asked: _any(asked.filters.brands, [document.card.brand]),
    "condition": lambda document, asked: _any(asked.filters.conditions, [document.card.condition]),
    "store": lambda document, asked: _any(asked.filters.stores, [document.card.store_id]),
    "price": _price,
    "rating": _rating,
    "available": lambda document, asked: asked.filters.available in (None, document.card.available),
    "verified": lambda document, asked: asked.filters.verified in (None, document.card.store_verified),
    "near": _near,
}


def _attribute(document: Document, asked: Asked, code: str) -> bool:
    values = asked.filters.attributes.get(code, ())
    return _any(values, values_of(document.attributes[code]) if code in document.attributes else ())


def found(goods: Iterable[Document], asked: Asked, *, but: str = "") -> list[Document]:
    """`but`: the facet whose own filter does not count."""
    return [
        document
        for document in goods
        if all(passes(document, asked) for name, passes in PASSES.items() if name != but)
        and all(_attribute(document, asked, code) for code in asked.filters.attributes if but != f"attr.{code}")
    ]


def values(document: Document, facet: str, asked: Asked) -> Sequence[str]:
    card = document.card
    if facet.startswith("attr."):
        code = facet.removeprefix("attr.")
        return values_of(document.attributes[code]) if code in document.attributes else ()
    single = {
        "brand": card.brand,
        "condition": card.condition,
        "store": card.store_id,
        "available": str(card.available).lower(),
        "verified": str(card.store_verified).lower(),
    }
    return card.category_path if facet == "category" else [single[facet]] if single[facet] else []


def counted(goods: Iterable[Document], facet: str, asked: Asked) -> dict[str, int]:
    documents = found(goods, asked, but=facet)
    return dict(Counter(value for document in documents for value in values(document, facet, asked)))


def within(goods: Iterable[Document], facet: str, value: str, asked: Asked) -> int:
    """How many the value of a facet over numbers finds, once it is the filter."""
    low, _, high = value.partition("-")
    filters: Filters = asked.filters
    if facet == "rating":
        filters = replace(filters, rating_from=float(low))
    else:
        filters = replace(filters, price_from=int(low) if low else None, price_to=int(high) if high else 10**15)
    return len(found(goods, replace(asked, filters=filters)))


def sort_key(document: Document, asked: Asked, place: Place | None = None) -> Any:
    """What has none comes last."""
    card = document.card
    price, rating = card.prices.get(asked.currency), card.rating
    far = kilometres(place, document.place) if place and document.place else None
    keys: dict[str, tuple[bool, float]] = {
        "price_up": (price is None, price or 0),
        "price_down": (price is None, -(price or 0)),
        "rating": (rating is None, -(rating or 0)),
        "newest": (False, -document.listed_at),
        "distance": (far is None, far or 0),
    }
    return keys[asked.sort]
