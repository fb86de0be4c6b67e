"""Cards as bytes inside an index, and back. What is at its default is left out."""

import json
from dataclasses import MISSING, fields
from functools import cache
from typing import Any

from functions.search.model.documents import Card, StoreCard


def packed_card(card: Card) -> bytes:
    return _packed(card)


def card_in(content: bytes) -> Card:
    said = json.loads(content)
    if "category_path" in said:
        said["category_path"] = tuple(said["category_path"])
    return Card(**said)


def packed_store(card: StoreCard) -> bytes:
    return _packed(card)


def store_in(content: bytes) -> StoreCard:
    said = json.loads(content)
    if "place" in said:
        said["place"] = tuple(said["place"])
    return StoreCard(**said)


def _packed(card: Card | StoreCard) -> bytes:
    kind: type[Any] = type(card)
    kept = {name: value for name, usual in _usual(kind) if (value := getattr(card, name)) != usual}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def _usual(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(
        (each.name, each.default_factory() if each.default_factory is not MISSING else each.default)
        for each in fields(kind)
    )
