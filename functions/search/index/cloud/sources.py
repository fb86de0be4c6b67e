"""Documents as OpenSearch is given them, and the cards it gives back."""

import zlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from functions.search.index.cards import card_in, packed_card, packed_store, store_in
from functions.search.index.cloud.writing import Write
from functions.search.model.documents import Card, Document, Place, StoreCard, StoreDocument
from functions.search.words.written import Written, quality, values_of, weights, written, written_store

THOUSANDTHS = 1_000  # ratings are whole numbers of them: what is equal is exactly so


def write_of(document: Document) -> Write:
    """What is withdrawn keeps its id and its revision, and nothing by which it could be found."""
    card = document.card
    if not document.shown:
        return Write(card.offer_id, document.revision, {"shown": False})
    source = {
        **_begun(card.offer_id, card, written(document)),
        "product_id": card.product_id,
        "store_id": card.store_id,
        "categories": list(card.category_path),
        "brand": card.brand or None,
        "condition": card.condition,
        "attributes": [attribute(code, one) for code, value in document.attributes.items() for one in values_of(value)],
        "prices": dict(card.prices),
        "rating": thousandths(card.rating),
        "available": card.available,
        "verified": card.store_verified,
        "listed_at": document.listed_at,
        "place": point(document.place),
    }
    return Write(card.offer_id, document.revision, _said(source))


def write_of_store(store: StoreDocument) -> Write:
    card = store.card
    if not store.shown:
        return Write(card.store_id, store.revision, {"shown": False})
    source = {
        **_begun(card.store_id, card, written_store(store)),
        "categories": list(store.categories),
        "country": card.country or None,
        "rating": thousandths(card.rating),
        "verified": card.verified,
        "place": point(card.place),
    }
    return Write(card.store_id, store.revision, _said(source))


def card_of(source: Mapping[str, Any]) -> Card:
    return card_in(source["card"])


def store_card_of(source: Mapping[str, Any]) -> StoreCard:
    return store_in(source["card"])


def attribute(code: str, value: str) -> str:
    """A code has no colon in it."""
    return f"{code}:{value}"


def point(place: Place | None) -> dict[str, float] | None:
    return {"lat": place[0], "lon": place[1]} if place else None


def place_of(source: Mapping[str, Any]) -> Place | None:
    return (source["place"]["lat"], source["place"]["lon"]) if "place" in source else None


def thousandths(rating: float | None) -> int | None:
    return None if rating is None else round(rating * THOUSANDTHS)


def _begun(key: str, card: Card | StoreCard, words: Written) -> dict[str, Any]:
    return {
        "id": key,
        "tie": zlib.crc32(key.encode()),  # equals come in an order that is nobody's advantage, and always the same
        "quality": quality(words.standing, weights()),
        "shown": True,
        "card": (packed_card(card) if isinstance(card, Card) else packed_store(card)).decode(),
        **{field.name: list(getattr(words, field.name)) for field in fields(words)},
        "title": " ".join(words.title),
    }


def _said(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in source.items() if value is not None and value != []}
