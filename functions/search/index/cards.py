"""Cards as bytes inside an index, and back. What is at its default is left out."""

import json
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from functions.search.model.documents import Card, StoreCard


def packed_card(card: Card) -> bytes:
    return _packed(card, _of_cards())


def card_in(content: bytes) -> Card:
    said = json.loads(content)
    if "category_path" in said:
        said["category_path"] = tuple(said["category_path"])
    return Card(**said)


def packed_store(card: StoreCard) -> bytes:
    return _packed(card, _of_stores())


def store_in(content: bytes) -> StoreCard:
    said = json.loads(content)
    if "place" in said:
        said["place"] = tuple(said["place"])
    return StoreCard(**said)


Usual = tuple[tuple[str, Any], ...]  # of each field what it is unless something else is said


def _packed(card: Card | StoreCard, usual: Usual) -> bytes:
    kept = {name: value for name, default in usual if (value := getattr(card, name)) != default}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _of_cards() -> Usual:
    return _usual(Card)


@cache
def _of_stores() -> Usual:
    return _usual(StoreCard)


def _usual(kind: type[Card] | type[StoreCard]) -> Usual:
    return tuple(
        (each.name, each.default_factory() if each.default_factory is not MISSING else each.default)
        for each in fields(kind)
    )
