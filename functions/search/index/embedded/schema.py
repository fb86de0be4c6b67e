"""A document as tantivy keeps it: which fields there are, and what is packed into them."""

import json
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import tantivy

from functions.search.index.cards import packed_card, packed_store
from functions.search.model.documents import Document, StoreDocument
from functions.search.words.written import Written, quality, values_of, weights, written, written_store
from kernel.money import CURRENCIES

# Raise it with every change below: an index that was made otherwise is to be rebuilt, and says so.
SCHEMA = "2"

LISTING, STORE, NOBODYS = "listing", "store", "withdrawn"
WORDS = ("title", "heads", "words", "joined", "facts", "more", "prefixes", "sounds", "codes", "standing")
RAW = ("id", "kind", "product", "categories", "brand", "condition", "store", "verified", "available", "country")
PACKED = ("rating", "newest", "quality", "place_in_order")

SIGNS = tuple(weights())  # of standing: each has its bit in `signs`

# A number to sort by stands in the upper 40 bits, in the lower ones what tells equal ones apart: an index that sorts by
# one field alone then has one order, and a page begins where the last one ended, whatever changed meanwhile.
TIE_BITS = 24
TIES = 1 << TIE_BITS
JITTER = 4096.0  # a score is raised by up to this part of it, less than any two scores differ by


@cache
def schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder()
    for name in WORDS:
        made.add_text_field(name, tokenizer_name="spaced", index_option="position" if name == "title" else "basic")
    for name in RAW:
        made.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    made.add_json_field("attributes", fast=True, tokenizer_name="raw", index_option="basic")
    made.add_unsigned_field("revision", fast=True)
    for name in (*PACKED, *map(price_field, CURRENCIES)):
        made.add_unsigned_field(name, fast=True)
    made.add_unsigned_field("signs", fast=True)
    made.add_float_field("jitter", fast=True)
    made.add_bytes_field("card", stored=True)
    return made.build()


def price_field(currency: str) -> str:
    return f"price_{currency}"


def prepare(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer("spaced", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def tie(key: str) -> int:
    """Lets equals come in an order that is nobody's advantage, and always the same."""
    return zlib.crc32(key.encode()) >> (32 - TIE_BITS)


def packed(number: int, key: str) -> int:
    return number << TIE_BITS | tie(key)


def document_of(document: Document) -> tantivy.Document:
    card, key = document.card, document.card.offer_id
    made = _begun(key, document.revision, LISTING if document.shown else NOBODYS)
    if not document.shown:
        return made
    said = written(document)
    _words(made, said)
    raw: dict[str, Any] = {
        "product": (card.product_id,),
        "store": (card.store_id,),
        "categories": card.category_path,
        "brand": (card.brand,) if card.brand else (),
        "condition": (card.condition,),
        "verified": ("true" if card.store_verified else "false",),
        "available": ("true" if card.available else "false",),
    }
    _raw(made, raw)
    if document.attributes:
        made.add_json("attributes", {code: list(values_of(value)) for code, value in document.attributes.items()})
    for currency, minor in card.prices.items():
        made.add_unsigned(price_field(currency), packed(minor, key))
    if card.rating is not None:
        made.add_unsigned("rating", packed(round(card.rating * 1000), key))
    made.add_unsigned("newest", packed(max(0, document.listed_at), key))
    _standing(made, said, key)
    made.add_bytes("card", packed_card(card))
    return made


def store_document_of(store: StoreDocument) -> tantivy.Document:
    card, key = store.card, store.card.store_id
    made = _begun(key, store.revision, STORE if store.shown else NOBODYS)
    if not store.shown:
        return made
    said = written_store(store)
    _words(made, said)
    raw: dict[str, Any] = {
        "store": (key,),
        "categories": store.categories,
        "verified": ("true" if card.verified else "false",),
        "country": (card.country,) if card.country else (),
    }
    _raw(made, raw)
    if card.rating is not None:
        made.add_unsigned("rating", packed(round(card.rating * 1000), key))
    _standing(made, said, key)
    made.add_bytes("card", packed_store(card))
    return made


def _begun(key: str, revision: int, kind: str) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("id", key)
    made.add_text("kind", kind)
    made.add_unsigned("revision", revision)
    made.add_unsigned("place_in_order", tie(key))
    made.add_float("jitter", 2 ** (1 + tie(key) / TIES / JITTER) - 2)  # tantivy multiplies by log2(2 + it)
    return made


def _standing(made: tantivy.Document, said: Written, key: str) -> None:
    made.add_unsigned("quality", packed(quality(said.standing, weights()), key))
    made.add_unsigned("signs", sum(1 << SIGNS.index(sign) for sign in said.standing))


def signs_in(bits: int) -> Iterator[str]:
    return (sign for place, sign in enumerate(SIGNS) if bits >> place & 1)


def _words(made: tantivy.Document, said: Written) -> None:
    for name in WORDS:
        if words := getattr(said, name):
            made.add_text(name, " ".join(words))


def _raw(made: tantivy.Document, raw: dict[str, Any]) -> None:
    for name, values in raw.items():
        for value in values:
            made.add_text(name, value)


def number_in(value: int) -> int:
    return value >> TIE_BITS


def marker() -> str:
    """What a folder says of how it was made."""
    return json.dumps({"schema": SCHEMA})
